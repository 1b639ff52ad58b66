export { type StartTagwayOptions, startTagway, type Tagway } from './start-tagway';
export { connectTagway } from './shared-gateway';
export type { TagwayCredentials, TagwaySeed } from './credentials';
export type { ProjectRequest, ProjectResponse, TagwayProject } from './project';
export type {
  CallsQuery,
  Clock,
  ClockState,
  ExpectedCall,
  Faults,
  InjectedFault,
  Journal,
  JournalEntry,
  JournalQuery,
  NewFault,
  Scenario,
  Tokens,
} from './admin-types';
