export { imagesWithData, type ImageWithData, sealingKeys } from './aftercare';
export { type RewriteRow, exportRows } from './export';
export { BackupError } from './format';
export { type Imported, importBackup } from './import';
export { type BackupSession, withSession } from './session';
export { requireNoUnfinishedImport } from './unfinished';
