import type { Database } from '../database/database';

/** $1 project */
const markProject = {
  text: `update identity_projects set extra = '{"throw_away": true}' where id = $1`,
};

/** $1 user, $2 project */
const markUser = {
  text: `update identity_users set default_project_id = $2, extra = json_build_object('throw_away_project', $2::text)
    where id = $1`,
};

/** $1 project */
const isThrowAway = {
  text: `select id from identity_projects where id = $1 and extra ->> 'throw_away' = 'true'`,
};

/** $1 project */
const usersOf = { text: `select id from identity_users where extra ->> 'throw_away_project' = $1` };

/** $1 project. What refers to them goes by the keys' cascades. */
const removals = [
  // Of images of other projects.
  'delete from image_members where member_id = $1',
  `delete from identity_users where extra ->> 'throw_away_project' = $1`,
  'delete from identity_projects where id = $1',
].map((text) => ({ text }));

/** Projects of test suites, each with a user of its own, as marks in the directory. */
export class PostgresThrowAwayProjects {
  constructor(private readonly database: Database) {}

  async markProject(projectId: string): Promise<void> {
    await this.database.query(markProject, [projectId]);
  }

  async markUser(userId: string, projectId: string): Promise<void> {
    await this.database.query(markUser, [userId, projectId]);
  }

  /** undefined: the project is no throw-away project */
  async usersOf(projectId: string): Promise<readonly string[] | undefined> {
    if ((await this.database.query(isThrowAway, [projectId])).length === 0) return undefined;
    const users = await this.database.query<{ id: string }>(usersOf, [projectId]);
    return users.map(({ id }) => id);
  }

  async remove(projectId: string): Promise<void> {
    await this.database.transaction(async (client) => {
      for (const statement of removals) await client.query(statement, [projectId]);
    });
  }
}
