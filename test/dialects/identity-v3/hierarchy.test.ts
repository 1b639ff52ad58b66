import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, type Thing } from './administration';
import { refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

interface Around {
  readonly parents?: unknown;
  readonly subtree?: unknown;
}

test('a project is shown with those above and below it, as ids or as those in which the caller has a role', async () => {
  const { make, get, person } = await callsOf(given(), 'root', 'admin');
  const under = (parent: Thing, name: string): Promise<Thing> =>
    make('projects', { name, parent_id: parent.id });
  const home = person.project;
  const top = await make('projects', { name: 'top', parent_id: home });
  const middle = await under(top, 'middle');
  const [left, right] = [await under(middle, 'left'), await under(middle, 'right')];
  const around = async (id: string, query: string): Promise<Around> => {
    const { parents, subtree } = (await get(`projects/${id}?${query}`)).json<{ project: Around }>().project;
    return { ...(parents !== undefined && { parents }), ...(subtree !== undefined && { subtree }) };
  };
  expect(await around(middle.id, 'parents_as_ids=1&subtree_as_ids')).toEqual({
    parents: { [top.id]: { [home]: { default: null } } },
    subtree: { [left.id]: null, [right.id]: null },
  });
  expect(await around(left.id, 'subtree_as_ids=true')).toEqual({ subtree: null });
  expect(await around(middle.id, 'parents_as_list&subtree_as_list')).toMatchObject({
    parents: [{ project: { id: home, links: { self: expect.stringContaining(home) } } }],
    subtree: [],
  });
  expect(await around(middle.id, 'parents_as_ids=0')).toEqual({});
  expect(refusal(await get(`projects/${middle.id}?parents_as_ids&parents_as_list`))).toMatchObject({
    status: 400,
    message: 'Cannot use parents_as_list and parents_as_ids query params at the same time.',
  });
});
