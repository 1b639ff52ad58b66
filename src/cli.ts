#!/usr/bin/env node
import type * as Program from './commands/cli';
import { loadProgram } from './launch/program';

const program = loadProgram('cli', process.env) as typeof Program;
program.runCommandLine(process.env);
