export { checkStateFile, readStateHeader, readCheckedStateFile, checkAndCopyStateFile } from './check';
export { maxStateFileBytes, StateFileError, type StateHeader } from './format';
export { replaceState, putProjectState } from './put';
export { estimateStateFileBytes, stateFileLines, type StateSource } from './write';
