import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { glanceClient, type ImageBody } from '../glance-client';
import { refusal, scene } from './list-scene';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

describe('sorting', () => {
  let mark = '';
  beforeAll(async () => {
    ({ mark } = await scene(
      glance,
      { name: 'b', disk_format: 'raw' },
      { name: 'a', disk_format: 'vhd' },
      { name: 'c', disk_format: 'raw' },
      { name: 'b', disk_format: 'vhd' },
    ));
  });
  const sorted = async (query: string): Promise<string> =>
    (await glance.page(`?${mark}${query}`)).images
      .map(({ name, disk_format }) => `${String(name)}.${String(disk_format)}`)
      .join(' ');

  test.each([
    ['', 'b.vhd c.raw a.vhd b.raw'],
    ['&sort_key=created_at&sort_dir=asc', 'b.raw a.vhd c.raw b.vhd'],
    ['&sort=created_at:asc', 'b.raw a.vhd c.raw b.vhd'],
    ['&sort_dir=asc', 'b.raw a.vhd c.raw b.vhd'],
    ['&sort_key=name&sort_key=disk_format&sort_dir=asc', 'a.vhd b.raw b.vhd c.raw'],
    ['&sort_key=name&sort_dir=asc&sort_key=disk_format&sort_dir=desc', 'a.vhd b.vhd b.raw c.raw'],
    ['&sort=name:asc,disk_format:desc', 'a.vhd b.vhd b.raw c.raw'],
    ['&sort=name,disk_format', 'c.raw b.vhd b.raw a.vhd'],
    ['&sort=disk_format:asc,name:desc', 'c.raw b.raw b.vhd a.vhd'],
    ['&sort=name:asc', 'a.vhd b.raw b.vhd c.raw'],
  ])('%s gives %s', async (query, expected) => {
    expect(await sorted(query)).toBe(expected);
  });

  test.each([
    ['?sort_key=foo', 'Invalid sort key: foo.'],
    ['?sort=foo:asc', 'Invalid sort key: foo.'],
    ['?sort_dir=up', 'Invalid sort direction: up'],
    ['?sort=name:up', 'Invalid sort direction: up'],
    ['?sort=name:asc&sort_key=name', 'Old and new sorting syntax cannot be combined'],
    [
      '?sort_key=name&sort_key=id&sort_key=size&sort_dir=asc&sort_dir=asc',
      'Number of sort dirs does not match the number of sort keys',
    ],
  ])('%s is refused: %s', async (query, words) => {
    expect(await refusal(glance, query)).toEqual([400, expect.stringContaining(words)]);
  });
});

describe('paging', () => {
  let mark = '';
  let images: readonly ImageBody[] = [];
  beforeAll(async () => {
    const bodies = 'abcdefghi'.split('').map((name) => ({ name, tags: ['paged', 'twice'] }));
    ({ mark, images } = await scene(glance, ...bodies));
  });

  /** Follows `next` to the end. @returns the names of each page */
  async function walk(query: string): Promise<string[]> {
    const pages: string[] = [];
    for (let next: string | undefined = query; next !== undefined;) {
      const page = await glance.page(next);
      pages.push(page.images.map(({ name }) => name).join(''));
      next = page.next?.replace('/v2/images', '');
      if (pages.length > 20) throw new Error('The pages have no end.');
    }
    return pages;
  }

  test.each([
    ['&limit=4', ['ihgf', 'edcb', 'a']],
    ['&limit=3', ['ihg', 'fed', 'cba', '']],
    ['&limit=2&sort_key=name&sort_dir=asc', ['ab', 'cd', 'ef', 'gh', 'i']],
    ['&limit=4&sort=status:asc,name:desc', ['ihgf', 'edcb', 'a']],
    ['&limit=5&tag=paged&tag=twice', ['ihgfe', 'dcba']],
    ['&limit=100', ['ihgfedcba']],
  ])('%s: every image once, in the pages %j', async (query, pages) => {
    expect(await walk(`?${mark}${query}`)).toEqual(pages);
  });

  test('first is the list from its start, next the list behind the last image of the page', async () => {
    const id = images[2]?.id ?? '';
    const page = await glance.page(`?${mark}&sort=name:asc&limit=2&marker=${id}`);
    expect(page.images.map(({ name }) => name)).toEqual(['d', 'e']);
    const query = (link = ''): string[] => [...new URLSearchParams(link.split('?')[1])].map(String).sort();
    const kept = [mark.replace('=', ','), 'limit,2', 'sort,name:asc'];
    expect(query(page.first)).toEqual([...kept].sort());
    expect(query(page.next)).toEqual([...kept, `marker,${page.images[1]?.id ?? ''}`].sort());
  });

  test('a page that is not full has no next one', async () => {
    const page = await glance.page(`?${mark}&limit=10`);
    expect([page.images.length, page.next]).toEqual([9, undefined]);
  });

  test('images made meanwhile do not shift the pages', async () => {
    const started = await glance.page(`?${mark}&limit=4`);
    await glance.create({ name: 'new', mark: mark.slice(5), extra: 'x' });
    const second = await glance.page((started.next ?? '').replace('/v2/images', ''));
    expect(second.images.map(({ name }) => name).join('')).toBe('edcb');
  });

  test('no limit is 25, and 1000 is the most', async () => {
    const many = randomUUID();
    await Promise.all(Array.from({ length: 27 }, () => glance.create({ many })));
    const page = await glance.page(`?many=${many}`);
    expect([page.images.length, page.next]).toEqual([25, expect.stringContaining('marker=')]);
    expect((await glance.page(`?many=${many}&limit=5000`)).images).toHaveLength(27);
    expect((await glance.page(`?many=${many}&limit=0`)).images).toHaveLength(0);
  });

  test('a marker that is not there, or is deleted, and a limit that is no number are refused', async () => {
    const { id } = await glance.create();
    await glance.remove(`/v2/images/${id}`);
    for (const query of [`?marker=${id}`, `?marker=${randomUUID()}`, '?limit=x', '?limit=-1']) {
      expect([query, (await refusal(glance, query))[0]]).toEqual([query, 400]);
    }
  });
});
