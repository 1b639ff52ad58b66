import { join } from 'node:path';
import { spawnGateway, startGatewayProcess } from '../../test/support/gateway-process';
import { asked, type Check, type ManySite, speakerAt, workers } from './many-site';

/* What further gateways on the same database say at their start, and what of them is not shared. */

const warning = 'gateways may need more connections than Postgres allows';

async function warningsOf({ env }: ManySite, folder: string, gateways: number): Promise<string[]> {
  const settings = { ...env, TAGWAY_GATEWAYS: String(gateways) };
  const gateway = await startGatewayProcess(join(folder, `further${String(gateways)}`), settings);
  const lines = gateway.output().split('\n');
  await gateway.stop();
  return lines.filter((line) => line.includes(warning));
}

/** Four gateways fit Postgres' usual hundred connections, a fifth does not, and says so once. */
export async function connections(site: ManySite, folder: string): Promise<Check> {
  const fitting = await warningsOf(site, folder, 4);
  const [line = '', ...more] = await warningsOf(site, folder, 5);
  const numbers = /"needed":(\d+)/.exec(line)?.[1] ?? 'none';
  return {
    ...{ matter: 'connections', isShared: true },
    seen: `warnings for 4 gateways: ${String(fitting.length)}; for 5: ${String(line ? 1 + more.length : 0)}, needed ${numbers}`,
    isAsStated: fitting.length === 0 && more.length === 0 && numbers === String(5 * workers * 10 + 10),
  };
}

/** With several workers it is refused; of two gateways with one each, each keeps what it was asked itself. */
export async function journal({ env }: ManySite, folder: string): Promise<Check> {
  const withAdmin = { ...env, TAGWAY_ADMIN: 'on', TAGWAY_POOL_SIZE: '3' };
  const refused = spawnGateway(join(folder, 'refused'), withAdmin);
  const { code } = await refused.ended;
  const isRefused = code !== 0 && refused.output().includes('TAGWAY_ADMIN=on needs TAGWAY_WORKERS=1');
  const one = { ...withAdmin, TAGWAY_WORKERS: '1' };
  const first = await startGatewayProcess(join(folder, 'journal1'), one);
  const second = await startGatewayProcess(join(folder, 'journal2'), one);
  try {
    const admin = await speakerAt(first.port, 'admin');
    const path = '/v2/images?name=journal';
    const at = { first: admin, second: { ...admin, port: second.port } };
    await asked(at.first, 'POST', '/admin/faults', { method: 'GET', path: '/v2/images', status: 418 });
    const statuses = [await asked(at.second, 'GET', path), await asked(at.first, 'GET', path)].map(
      ({ status }) => status,
    );
    await asked(at.first, 'GET', path);
    const counts: number[] = [];
    for (const speaker of [at.first, at.second]) {
      const { entries } = (await asked(speaker, 'GET', '/admin/journal')).json<{
        entries: { target: string }[];
      }>();
      counts.push(entries.filter(({ target }) => target === path).length);
    }
    const seen = `refused with two workers: ${String(isRefused)}; entries ${counts.join(', ')} of 2, 1; a fault of the first hits it only: ${statuses.join(', ')}`;
    const isAsStated = isRefused && counts.join() === '2,1' && statuses.join() === '200,418';
    return { matter: 'journal and faults', isShared: false, seen, isAsStated };
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
}
