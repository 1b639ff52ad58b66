import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { say } from '../ha/report';
import { buildEarlier, commitOf } from '../upgrade/earlier-build';

const root = join(__dirname, '../..');

/** A build, with folders of its own for what it keeps between starts. */
export interface Build {
  readonly name: string;
  readonly checkout: string;
  /** Holds a cache, and a state folder that was used before. */
  readonly folder: string;
}

export interface BuildOptions {
  /** The commit of the earlier build. */
  readonly from: string;
  /** Leaves the earlier build out. */
  readonly alone?: true;
  /** Where the earlier build is made, and found by a later run. */
  readonly keep?: string;
}

/** Adds the options of BuildOptions. */
export function withBuildOptions(command: Command): Command {
  return command
    .option('--from <commit>', 'the earlier build', 'cfbb679')
    .option('--alone', 'leave the earlier build out')
    .option('--keep <folder>', 'where the earlier build is made, and found by a later run');
}

/** The earlier build, if it is wanted and this clone has its commit, and this one. */
export function buildsOf({ from, alone, keep }: BuildOptions, folder: string): Build[] {
  const current = { name: 'this', checkout: root, folder: join(folder, 'this') };
  const commit = alone ? null : commitOf(from);
  if (!alone) say(commit === null ? `this clone does not have ${from}` : `building ${from}`);
  const earlier = commit && {
    name: from,
    checkout: buildEarlier(commit, keep ?? folder),
    folder: join(folder, 'old'),
  };
  const builds = earlier ? [earlier, current] : [current];
  for (const build of builds) mkdirSync(build.folder);
  return builds;
}
