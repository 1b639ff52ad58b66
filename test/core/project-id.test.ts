import { dialects, createProjectIdCheck, reservedProjectIds } from '../../src/composition/dialects';
import { isProjectId } from '../../src/core/project-id';

const reserved = reservedProjectIds(dialects);
const mayBeProject = createProjectIdCheck(reserved);

test.each(['a1fa0000000000000000000000000001', 'default', 'my_project-2', 'x'.repeat(64)])(
  '%j can be a project',
  (id) => {
    expect([isProjectId(id), mayBeProject(id)]).toEqual([true, true]);
  },
);

test.each(['', 'x'.repeat(65), 'a.b', 'a b', 'ä', 'a/b', 'a\n'])('%j has not the form of a project', (id) => {
  expect([isProjectId(id), mayBeProject(id)]).toEqual([false, false]);
});

test('words of a path are no project, whichever dialect has them', () => {
  expect(reserved).toEqual(expect.arrayContaining(['images', 'cloudimages', 'schemas', 'jobs', 'stores']));
  expect(reserved.filter(mayBeProject)).toEqual([]);
});
