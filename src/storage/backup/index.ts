export { imagesWithData, type ImageWithData, readSealingKeyIds } from './after-import';
export { type RewriteRow, exportRows } from './export';
export { BackupError } from './format';
export { type ImportResult, importBackup } from './import';
export { type BackupSession, withSession } from './session';
export { requireNoUnfinishedImport } from './unfinished';
