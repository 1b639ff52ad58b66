import './process/ignore-hangup';
import type * as Program from './commands/main';
import { loadProgram } from './launch/program';

const program = loadProgram('main', process.env) as typeof Program;
program.runTagway(process.env);
