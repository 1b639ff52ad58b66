/** The filled data as requests and statements see them; everything follows from the numbers. */
export interface Site {
  readonly images: number;
  readonly tags: number;
  readonly project: string;
  /** Images that a workload goes through, in the order `imageAt` gives. */
  readonly reach: number;
  imageAt(place: number): string;
}

export const people = {
  project: 'be0c0000000000000000000000000001',
  user: 'bench',
  password: 'bench password',
  access: 'AKBENCH0000000000001',
  secret: 'SKbenchSecretOfNobody000000000000001',
} as const;

const idHead = '00000000-0000-4000-8000-';

export function filledImageId(number: number): string {
  return `${idHead}${String(number).padStart(12, '0')}`;
}

/** Places go over the whole table in wide steps, so that neighbours in time are no neighbours on disk. */
export function stepOf(images: number): number {
  let step = Math.max(1, Math.floor(images * 0.618));
  while (commonDivisor(step, images) !== 1) step++;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

export function siteOf(images: number, tags: number): Site {
  const step = stepOf(images);
  return {
    images,
    tags,
    project: people.project,
    // Four sets that do not touch each other: see `sets` in workloads.ts.
    reach: Math.min(20_000, Math.floor(images / 4)),
    imageAt: (place) => filledImageId((place * step) % images),
  };
}

/** The id of the image at a place, in SQL. */
export function imageIdSql(images: number, place: string): string {
  return `('${idHead}' || lpad(((${place})::bigint * ${String(stepOf(images))} % ${String(images)})::text, 12, '0'))`;
}

/** Keys of the filled tags: some on many images, some on few. */
export const keys = ['env', 'os', 'team', 'build', 'golden', 'x5', 'x6', 'x7', 'x8', 'x9'] as const;
const spread = [3, 10, 97, 997, 1, 50, 50, 50, 50, 50] as const;

/** The key and the value of tag number `j` of image number `i`, in SQL. */
export const filledKeySql = `(array[${keys.map((key) => `'${key}'`).join(', ')}])[j % 10 + 1] ||
  case when j < 10 then '' else (j / 10)::text end`;
export const filledValueSql = `'v' || (i % (array[${spread.join(', ')}])[j % 10 + 1])::text`;
