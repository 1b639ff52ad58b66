import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { type GoldenCase, readRecording } from '../../../test/support/golden-runner/recording';
import { changed, play } from './play';
import { type Lab, labBindings } from './principals';
import { furtherQuestions } from './questions';

/*
 * Plays every recorded case, and those that only newer releases know, to the Glance of newest.sh. Writes what it answers
 * where that is not what Glance 25.1 answered. Arguments: the file (default: the project's own recording), and `added` to play
 * those alone that are not of Zed.
 */

const target = process.argv[2] ?? `${__dirname}/../../../test/support/golden/glance-hibiscus.json`;

const lab: Lab = {
  folder: process.env['LAB_FOLDER'] ?? '',
  keystonePort: Number(process.env['LAB_PORT'] ?? 5001),
  glancePort: Number(process.env['LAB_GLANCE_PORT'] ?? 29393),
  password: process.env['LAB_PASSWORD'] ?? 'labpass',
};

type Differing = Readonly<Record<'default' | 'srbac', object>>;

async function main(): Promise<void> {
  const database = new Client(readFileSync(`${lab.folder}/glance-database`, 'utf8').trim());
  await database.connect();
  const known = await labBindings(lab);
  const differing =
    process.argv[3] === 'added'
      ? (JSON.parse(readFileSync(target, 'utf8')) as { differing: Differing }).differing
      : {
          default: await differingOf('glance-default', known, database),
          srbac: await differingOf('glance-secure-rbac', known, database),
        };
  const added: GoldenCase[] = [];
  for (const question of furtherQuestions) {
    const played = await play(question, lab.glancePort, known, database);
    const { 0: response, ...later } = await changed([], played);
    if (!response) continue;
    const followups = question.followups.flatMap((followup, index) => {
      const answer = later[String(index + 1)];
      return answer ? [{ ...followup, response: answer }] : [];
    });
    added.push({ ...question, response, followups });
  }
  await database.end();
  const recording = { about, server: 'OpenStack Glance 33.0.0 (2026.2), its defaults', differing, added };
  writeFileSync(target, `${JSON.stringify(recording, null, 1)}\n`);
  const count = (of: object): string => String(Object.keys(of).length);
  process.stdout.write(
    `${count(differing.default)} of 523 and ${count(differing.srbac)} of 69 cases differ; ${count(added)} are new\n`,
  );
}

const about =
  'What differs from glance-default.json (under `default`) and glance-secure-rbac.json (under `srbac`), by case id: the answers ' +
  'that are not those of 25.1, by their place, where 0 is the request under test, 1 the first that follows. Every other case ' +
  'was played, too, and answered as recorded there. `added`: further cases, whole. Placeholders are those of the other files.';

async function differingOf(
  name: 'glance-default' | 'glance-secure-rbac',
  known: ReadonlyMap<string, string>,
  database: Client,
): Promise<Record<string, object>> {
  const found: Record<string, object> = {};
  for (const one of readRecording(name).cases) {
    const recorded = [one.response, ...one.followups.map(({ response }) => response)];
    const answers = await changed(recorded, await play(one, lab.glancePort, known, database));
    if (Object.keys(answers).length > 0) found[one.id] = answers;
  }
  return found;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
