import { createDatabase } from '../support/database';
import { startDataHost } from '../support/data-host';
import { engineEnvironment } from '../support/engine';
import { removeFolder, signIn, startGatewayProcess, temporaryFolder } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';
import { send } from '../support/wire';
import { filesIn } from '../dialects/openstack-images/glance-client';
import { join } from 'node:path';

interface Shown {
  readonly status: string;
  readonly size: number | null;
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  '%s in the middle of imports: images are queued or staged, tasks failed, and no other file is left',
  async (signal) => {
    const engine = engineEnvironment();
    const isEmbedded = engine['DATABASE_URL'] === undefined;
    const folder = isEmbedded ? await usedStateFolder('tagway-import') : temporaryFolder('tagway-import');
    const given = isEmbedded ? undefined : await createDatabase();
    // It sends the first half, and then nothing more.
    const host = await startDataHost({
      '/half': (_req, res) =>
        void res.writeHead(200, { 'Content-Length': 2_000_000 }).write(Buffer.alloc(1_000_000)),
    });
    const env = {
      ...engine,
      TAGWAY_SEED: writeSeed(folder),
      TAGWAY_LOG_LEVEL: 'error',
      TAGWAY_IMPORT_HOSTS: `127.0.0.1:${String(host.port)}`,
      TAGWAY_IMPORT_NETWORKS: '127.0.0.0/8',
    };
    try {
      let gateway = await startGatewayProcess(folder, env);
      let token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
      const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
        const answer = await send(gateway.port, method, path, { token, body });
        if (answer.status >= 300)
          throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text}`);
        return answer.text === '' ? (undefined as Body) : answer.json<Body>();
      };
      const formats = { disk_format: 'raw', container_format: 'bare' };
      const method = { name: 'web-download', uri: `http://127.0.0.1:${String(host.port)}/half` };
      const images: string[] = [];
      // More than run at once: some wait.
      for (let index = 0; index < 7; index++) {
        const { id } = await call<{ id: string }>('POST', '/v2/images', formats);
        images.push(id);
        await call('POST', `/v2/images/${id}/import`, { method });
      }
      while (host.asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
      await gateway.stop(signal);
      gateway = await startGatewayProcess(folder, env);
      token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
      for (const id of images) {
        expect(await call<Shown>('GET', `/v2/images/${id}`)).toMatchObject({ status: 'queued', size: null });
        const { tasks } = await call<{ tasks: unknown[] }>('GET', `/v2/images/${id}/tasks`);
        expect(tasks).toMatchObject([{ status: 'failure' }]);
      }
      expect(filesIn(join(folder, 'images'))).toEqual([]);
      await gateway.stop();
    } finally {
      await host.close();
      await given?.database.close();
      removeFolder(folder);
    }
  },
  60_000,
);
