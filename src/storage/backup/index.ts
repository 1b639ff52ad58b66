export { imagesWithData, type ImageWithData, sealingKeys } from './aftercare';
export { exported } from './export';
export { BackupError } from './format';
export { type Imported, importFrom } from './import';
export { type Session, withSession } from './session';
export { requireWholeData } from './unfinished';
