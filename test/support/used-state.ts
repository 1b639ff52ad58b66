import { startEmbeddedPostgres } from '../../src/postgres/index';
import { chooseAccount } from '../../src/postgres/account';
import { preparePostgresFolders, postgresFolders } from '../../src/postgres/state-folder';
import { type MakeClusterTemplate, prepareTemplate } from '../../src/postgres/template';
import { copyTree } from '../../src/postgres/tree';
import { migrate } from '../../src/storage/migrator';
import { temporaryFolder } from './gateway-process';
import { templatesFolder } from './postgres';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Puts a stopped and migrated embedded Postgres without data into a state folder, as an earlier start would have
 * left it. It is made once in a run and copied: a first start takes seconds longer.
 */
export async function putUsedState(stateDir: string): Promise<void> {
  const template = await prepareTemplate(templatesFolder(), 'used-state', makeTemplate, quiet);
  const folder = postgresFolders(stateDir);
  const account = await chooseAccount(folder.data);
  await preparePostgresFolders(folder, account);
  copyTree(template, folder.home, account.isOther ? account : null);
}

/** A temporary folder with such a state. */
export async function usedStateFolder(name: string): Promise<string> {
  const folder = temporaryFolder(name);
  await putUsedState(folder);
  return folder;
}

const makeTemplate: MakeClusterTemplate = async (stateDir) => {
  const server = await startEmbeddedPostgres({ stateDir, log: quiet, initdb: ['--no-sync'] });
  try {
    await migrate(server.connection);
  } finally {
    await server.stop();
  }
  const { home, data, passwordFile } = postgresFolders(stateDir);
  return { home, parts: [data, passwordFile] };
};
