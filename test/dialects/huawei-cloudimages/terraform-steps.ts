import type { Exchange } from '../../support/script';
import { alpha } from '../../support/test-authenticator';

/* What both Terraform providers send, step by step. */
const tagsPath = `/v2/${alpha}/images/{id}/tags`;
export const pair = (key: string, value: string): object => ({ key, value });

export const job = (does: string, type: string, more: object = {}): Exchange => ({
  does,
  method: 'GET',
  path: `/v1/${alpha}/jobs/{job}`,
  status: 200,
  shows: { status: 'SUCCESS', job_id: '{job}', job_type: type, error_code: null, fail_reason: null, ...more },
  keep: { id: 'entities.image_id' },
});
export const readImage = (does: string, shows: object): Exchange => ({
  does,
  method: 'GET',
  path: '/v2/cloudimages?id={id}',
  status: 200,
  shows: { images: [{ id: '{id}', ...shows }] },
});
export const readTags = (does: string, ...tags: object[]): Exchange => ({
  does,
  method: 'GET',
  path: tagsPath,
  status: 200,
  is: { tags },
});
export const change = (
  does: string,
  action: 'create' | 'delete',
  tags: object[],
  status = 204,
): Exchange => ({
  does,
  method: 'POST',
  path: `${tagsPath}/action`,
  body: { action, tags },
  status,
});

/** The tags that an image is created with, and those that take their place. */
export const old = [pair('env', 'test'), pair('owner', '')];
export const fresh = [pair('env', 'prod'), pair('team', 'a/b')];

/** From the order to the first refresh. */
export function created(source: object): Exchange[] {
  return [
    {
      does: 'create with tags',
      method: 'POST',
      path: '/v2/cloudimages/action',
      body: { name: 'terraform', description: 'made by terraform', ...source, image_tags: old },
      status: 200,
      keep: { job: 'job_id' },
    },
    job('wait for the job', 'imsCreateImageByInstance', { entities: { image_name: 'terraform' } }),
    readImage('read the image', {
      name: 'terraform',
      status: 'active',
      __description: 'made by terraform',
      tags: ['env=test', 'owner'],
    }),
    readTags('read its tags', ...old),
  ];
}

export const server = { instance_id: '877a2cda-ba63-4e1e-b95f-e67e48b6129a' };
export const destroyed: Exchange[] = [
  { does: 'destroy', method: 'DELETE', path: '/v2/images/{id}', status: 204 },
  { does: 'wait until it is gone', method: 'GET', path: '/v2/images/{id}', status: 404 },
];
