import { readWorkloads } from './read-workloads';
import { writeWorkloads } from './write-workloads';

export const workloads = [...writeWorkloads, ...readWorkloads];

export const workloadNames = workloads.map(({ name }) => name);
