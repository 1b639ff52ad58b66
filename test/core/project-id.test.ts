import { isProjectId, reservedProjectWords } from '../../src/core/project-id';

test.each(['a1fa0000000000000000000000000001', 'default', 'my_project-2', 'x'.repeat(64)])(
  '%j can be a project',
  (id) => {
    expect(isProjectId(id)).toBe(true);
  },
);

test.each(['', 'x'.repeat(65), 'a.b', 'a b', 'ä', 'a/b', 'a\n', ...reservedProjectWords])(
  '%j can be no project',
  (id) => {
    expect(isProjectId(id)).toBe(false);
  },
);
