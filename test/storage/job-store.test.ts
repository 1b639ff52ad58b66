import { randomUUID } from 'node:crypto';
import type { NewImage } from '../../src/core/image';
import type { Job } from '../../src/core/job';
import { tagFromName } from '../../src/core/tag';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresJobStore } from '../../src/storage/job-store';
import { testDatabase } from '../support/database';
import { stampAt } from '../support/tag-verbs';

const given = testDatabase();
const jobs = (): PostgresJobStore => new PostgresJobStore(given().database);
const images = (): PostgresImageStore => new PostgresImageStore(given().database);

function anImage(imageId: string = randomUUID()): NewImage {
  return {
    projectId: 'p',
    imageId,
    name: 'n',
    visibility: 'private',
    status: 'active',
    diskFormat: null,
    containerFormat: null,
    minDisk: 0,
    minRam: 0,
    protected: false,
    hidden: false,
    properties: new Map(),
    createdAt: '2026-11-21T03:37:01.123456Z',
    tags: [tagFromName('a=b')],
  };
}

function aJob(results: Job['results'] = []): Job {
  return {
    projectId: 'p',
    jobId: randomUUID().replaceAll('-', ''),
    type: 'image-from-file',
    begunAt: '2026-11-21T03:37:01.123456Z',
    endedAt: '2026-11-21T03:37:02.000000Z',
    results,
    failure: null,
    isPending: false,
  };
}

test('a job is kept as it was, for its own project only', async () => {
  const job = aJob([{ imageId: 'i', imageName: null, memberId: 'm', fault: 'not-shared' }]);
  await jobs().add(job);
  expect(await jobs().get('p', job.jobId)).toEqual(job);
  expect(await jobs().get('q', job.jobId)).toBeUndefined();
  expect(await jobs().get('p', 'another')).toBeUndefined();
});

test('a job that takes time is pending until it is ended, once, with its images', async () => {
  const [good, bad] = [anImage(), anImage()].map((image) => ({ ...image, status: 'saving' as const }));
  if (!good || !bad) throw new Error('there are two');
  const results = [good, bad].map(({ imageId }) => ({
    imageId,
    imageName: 'n',
    memberId: null,
    fault: null,
  }));
  const job: Job = { ...aJob(results), endedAt: '2027-01-01T00:00:00.000000Z', isPending: true };
  await jobs().register([good, bad], job, stampAt());
  expect(await jobs().get('p', job.jobId)).toEqual(job);
  const listed = { projectId: 'p', jobId: job.jobId, endedAt: job.endedAt };
  expect(await jobs().pending(10)).toEqual([listed]);
  const ends = [
    { image: good, becomes: 'active' },
    { image: bad, becomes: 'removed' },
  ] as const;
  expect(await jobs().end(job, ends, stampAt())).toEqual([bad.imageId]);
  expect((await images().get(good))?.status).toBe('active');
  expect(await images().get(bad)).toBeUndefined();
  expect(await jobs().pending(10)).toEqual([]);
  expect(await jobs().get('p', job.jobId)).toEqual({ ...job, isPending: false });
  expect(await jobs().end(job, [{ image: good, becomes: 'removed' }], stampAt())).toEqual([]);
  expect((await images().get(good))?.status).toBe('active');
});

test('an image that is active already stays as it is when its job fails', async () => {
  const image = anImage();
  const job: Job = { ...aJob(), isPending: true, failure: 'X.1' };
  await jobs().register([image], job, stampAt());
  expect(await jobs().end(job, [{ image, becomes: 'removed' }], stampAt())).toEqual([]);
  expect((await images().get(image))?.status).toBe('active');
});

test('jobs older than a day go with the first new job of an hour, those of other projects stay', async () => {
  const at = (endedAt: string, projectId = 'old'): Job => ({
    ...aJob(),
    projectId,
    begunAt: endedAt,
    endedAt,
  });
  const [aged, young, foreign] = [
    at('2026-11-20T09:59:59.999999Z'),
    at('2026-11-20T10:00:01.000000Z'),
    at('2026-11-20T09:00:00.000000Z', 'other'),
  ];
  for (const job of [aged, young, foreign]) await jobs().add(job);
  await jobs().add(at('2026-11-21T10:00:00.000000Z'));
  expect(await jobs().get('old', aged.jobId)).toBeUndefined();
  expect(await jobs().get('old', young.jobId)).toEqual(young);
  expect(await jobs().get('other', foreign.jobId)).toEqual(foreign);
});

test('old jobs are looked for once an hour, also when images are registered', async () => {
  const store = jobs();
  const at = (endedAt: string): Job => ({ ...aJob(), projectId: 'hourly', begunAt: endedAt, endedAt });
  await store.add(at('2026-11-21T10:00:00.000000Z'));
  const aged = at('2026-11-19T10:00:00.000000Z');
  await jobs().add(aged);
  await store.add(at('2026-11-21T10:59:59.000000Z'));
  expect(await store.get('hourly', aged.jobId)).toEqual(aged);
  expect(await store.register([], at('2026-11-21T11:00:00.000000Z'), stampAt())).toBe(true);
  expect(await store.get('hourly', aged.jobId)).toBeUndefined();
});

test('images and their job are stored in one step', async () => {
  const [one, two, job] = [anImage(), anImage(), aJob()];
  expect(await jobs().register([one, two], job, stampAt())).toBe(true);
  expect((await images().get(one))?.tags).toEqual([tagFromName('a=b')]);
  expect((await images().get(two))?.status).toBe('active');
  expect(await jobs().get('p', job.jobId)).toEqual(job);
});

test('when one id is taken nothing at all is stored', async () => {
  const there = anImage();
  await images().create(there, stampAt());
  const [fresh, job] = [anImage(), aJob()];
  expect(await jobs().register([fresh, anImage(there.imageId)], job, stampAt())).toBe(false);
  expect(await images().get(fresh)).toBeUndefined();
  expect(await jobs().get('p', job.jobId)).toBeUndefined();
});

test('when the job cannot be stored the images are not either', async () => {
  const [image, job] = [anImage(), aJob()];
  await jobs().add(job);
  await expect(jobs().register([image], job, stampAt())).rejects.toThrow(/duplicate key/);
  expect(await images().get(image)).toBeUndefined();
  expect(await images().create(image, stampAt())).toBe(true);
});
