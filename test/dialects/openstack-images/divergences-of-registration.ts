import Ajv from 'ajv';
import { alpha } from '../../support/test-authenticator';
import type { Divergences, DivergenceSite } from './divergence-site';

const patchType = { headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' } };

/** What follows from images that are registered, which Glance knows nothing of. */
export function divergencesOfRegistration({ ask, create }: DivergenceSite): Divergences {
  /** Registers an image of that file, and gives its id. */
  const registered = async (file: string): Promise<string> => {
    const body = { name: file, image_url: `bucket:${file}`, min_disk: 40, os_version: 'CentOS 7.0 64bit' };
    const { job_id } = (await ask('POST', '/v2/cloudimages/action', { body })).json<{ job_id: string }>();
    const job = (await ask('GET', `/v1/${alpha}/jobs/${job_id}`)).json<{ entities: { image_id: string } }>();
    return job.entities.image_id;
  };
  /** As glance does it: every image that it changes is held against the schema that it fetched. */
  const served = async () =>
    new Ajv({ strict: false, validateFormats: false }).compile(
      (await ask('GET', '/v2/schemas/image')).json(),
    );

  return {
    D25: {
      'every format that a registration makes is in the schema, and is taken from a native client':
        async () => {
          const isImage = await served();
          const endings = [
            'zvhd2',
            'zvhd',
            'vhd',
            'vmdk',
            'vhdx',
            'qcow2',
            'qcow',
            'vdi',
            'qed',
            'raw',
            'iso',
            'none',
          ];
          for (const ending of endings) {
            const id = await registered(`disk.${ending}`);
            const image = (await ask('GET', `/v2/images/${id}`)).json<{ disk_format: string }>();
            expect([ending, isImage(image), isImage.errors]).toEqual([ending, true, null]);
            expect(image.disk_format).toBe(ending === 'none' ? 'zvhd2' : ending);
            const { disk_format } = image;
            const made = await ask('POST', '/v2/images', { body: { disk_format, container_format: 'bare' } });
            expect([made.status, made.json()]).toEqual([201, expect.objectContaining({ disk_format })]);
          }
        },
      'a queued image takes them by a patch; what is no format is refused as before': async () => {
        const { id } = (await ask('POST', '/v2/images', { body: {} })).json<{ id: string }>();
        const patched = async (value: string): Promise<number> => {
          const body = [{ op: 'replace', path: '/disk_format', value }];
          return (await ask('PATCH', `/v2/images/${id}`, { body, ...patchType })).status;
        };
        expect([await patched('zvhd2'), await patched('qed'), await patched('zvhd3')]).toEqual([
          200, 200, 400,
        ]);
      },
      'no attribute that IMS takes keeps an image from matching the schema': async () => {
        const isImage = await served();
        const id = await registered('disk.zvhd2');
        const schema = (await ask('GET', '/v2/schemas/image')).json<{ properties: Record<string, object> }>();
        const statuses: Record<string, number> = {};
        for (const name of Object.keys(schema.properties)) {
          const body = [{ op: 'add', path: `/${name}`, value: 'nonsense' }];
          statuses[name] = (await ask('PATCH', `/v2/cloudimages/${id}`, { body })).status;
          const image = (await ask('GET', `/v2/images/${id}`)).json();
          expect([name, isImage(image), isImage.errors]).toEqual([name, true, null]);
        }
        const refused = ['kernel_id', 'ramdisk_id', 'cinder_encryption_key_deletion_policy'];
        expect(refused.map((name) => statuses[name])).toEqual([400, 400, 400]);
        expect([statuses['os_distro'], statuses['architecture']]).toEqual([200, 200]);
      },
    },

    D26: {
      'both lists find images by what is computed of them, and only IMS shows it': async () => {
        const [name, marked] = ['d26', 'd26-marked'];
        const own = await create({ name });
        const open = await create({ name });
        const body = [{ op: 'replace', path: '/visibility', value: 'public' }];
        await ask('PATCH', `/v2/images/${open}`, { body, ...patchType, token: 'admin' });
        const theirs = (await ask('POST', '/v2/images', { body: { name }, token: 'bob' })).json<{
          id: string;
        }>().id;
        await ask('POST', `/v2/images/${theirs}/members`, { body: { member: alpha }, token: 'bob' });
        await ask('PUT', `/v2/images/${theirs}/members/${alpha}`, { body: { status: 'accepted' } });
        const found = async (query: string): Promise<string[][]> => {
          const lists = ['/v2/images', '/v2/cloudimages'].map(async (path) => {
            const answer = await ask('GET', `${path}?sort_key=created_at&sort_dir=asc&${query}`);
            expect([query, answer.status]).toEqual([query, 200]);
            return answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
          });
          return Promise.all(lists);
        };
        const both = (...ids: string[]) => [ids, ids];
        expect(await found(`name=${name}`)).toEqual(both(own, open, theirs));
        expect(await found(`name=${name}&__imagetype=private`)).toEqual(both(own));
        expect(await found(`name=${name}&__imagetype=gold`)).toEqual(both(open));
        expect(await found(`name=${name}&__imagetype=shared`)).toEqual(both(theirs));
        expect(await found(`name=${name}&__imagetype=market`)).toEqual(both());
        const properties = { __isregistered: 'false', __whole_image: 'true', enterprise_project_id: 'e1' };
        const other = await create({ name: marked, ...properties });
        for (const meant of ['__isregistered=true', '__whole_image=false', 'enterprise_project_id=0']) {
          expect(await found(`name=${name}&__imagetype=private&${meant}`)).toEqual(both(own));
          expect(await found(`name=${marked}&${meant}`)).toEqual(both());
        }
        for (const [property, value] of Object.entries(properties)) {
          expect(await found(`name=${marked}&${property}=${value}`)).toEqual(both(other));
        }
        const shown = (await ask('GET', `/v2/images/${own}`)).json<object>();
        expect(Object.keys(shown).filter((key) => key.startsWith('__'))).toEqual([]);
      },
      'an image that was registered shows none of them to clients of Glance either': async () => {
        const shown = (await ask('GET', `/v2/images/${await registered('d26.zvhd2')}`)).json<object>();
        expect(Object.keys(shown)).toContain('__os_version');
        expect(Object.keys(shown).filter((key) => /__(imagetype|isregistered)/.test(key))).toEqual([]);
      },
    },
  };
}
