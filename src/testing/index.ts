export { type StartTagwayOptions, startTagway, type Tagway } from './start-tagway';
export type { TagwayCredentials, TagwaySeed } from './credentials';
export type { Faults, InjectedFault, Journal, JournalEntry, JournalQuery, NewFault } from './admin-client';
