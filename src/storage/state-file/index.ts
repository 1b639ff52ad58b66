export { checkStateFile, stateHeaderOf, stateParts, takeStateFile } from './check';
export { mostBytes, StateFileError, type StateHeader } from './format';
export { putState, putStateOfProject } from './put';
export { expectedBytes, stateFileOf, type StateSource } from './write';
