import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bodies of five tests for the runners of JavaScript; `assert` is Node's. */
const bodies = [
  `assert.deepEqual((await (await tagway.fetch('/v2/images')).json()).images, []);`,
  `const { id } = await make(['env=prod']);
  const { tags } = await (await tagway.fetch(\`/v2/\${tagway.id}/images/\${id}/tags\`)).json();
  assert.deepEqual(tags, [{ key: 'env', value: 'prod' }]);`,
  `const { id } = await make([]);
  await tagway.gateway.faults.add({ project: tagway.id, method: 'PUT', status: 503 });
  const put = async () => (await tagway.fetch(\`/v2/images/\${id}/tags/red\`, { method: 'PUT' })).status;
  assert.deepEqual([await put(), await put()], [503, 204]);`,
  `const { id } = await make(['golden']);
  const handle = await tagway.snapshot();
  await tagway.fetch(\`/v2/images/\${id}\`, { method: 'DELETE' });
  await tagway.restore(handle);
  assert.deepEqual((await (await tagway.fetch(\`/v2/images/\${id}\`)).json()).tags, ['golden']);`,
  `const { id } = await make([]);
  await tagway.fetch(\`/v2/images/\${id}/tags/red\`, { method: 'PUT' });
  await tagway.assertCalls(['POST /v2/images 201', 'PUT /v2/images/*/tags/red 204']);`,
];

const make = `async function make(tags) {
  const body = JSON.stringify({ name: 'base', tags });
  return (await tagway.fetch('/v2/images', { method: 'POST', body })).json();
}`;

/** Not strict: an array that Node's fetch made is of another realm than Jest's tests. */
const jest = (body: string): string => `const assert = require('node:assert');
const { useTagway } = require('tagway/jest');
const tagway = useTagway();
${make}
test('it works', async () => {
  ${body}
});
`;

const vitest = (body: string): string => `import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { useTagway } from 'tagway/vitest';
const tagway = useTagway({ beforeAll, afterAll });
${make}
test('it works', async () => {
  ${body}
});
`;

const nodeTest = (body: string): string => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useTagway } from 'tagway/node-test';
const tagway = useTagway();
${make}
test('it works', async () => {
  ${body}
});
`;

const pytest = `def make(connection, *tags):
    return connection.image.create_image("base", disk_format="raw", container_format="bare", tags=list(tags))


def test_empty(openstack_connection):
    assert list(openstack_connection.image.images()) == []


def test_search(openstack_connection):
    image = make(openstack_connection, "env=prod")
    assert [found.id for found in openstack_connection.image.images(tag="env=prod")] == [image.id]


def test_lost(openstack_connection, tagway_gateway, tagway_project):
    image = make(openstack_connection)
    tagway_gateway.add_fault(project=tagway_project.id, operation="addTag", lost=True)
    openstack_connection.image.add_tag(image, "red")
    assert openstack_connection.image.get_image(image.id).tags == []


def test_restore(openstack_connection, tagway_project):
    image = make(openstack_connection, "golden")
    handle = tagway_project.snapshot()
    openstack_connection.image.delete_image(image)
    tagway_project.restore(handle)
    assert openstack_connection.image.get_image(image.id).tags == ["golden"]


def test_calls(openstack_connection, tagway_gateway, tagway_project):
    image = make(openstack_connection)
    since = tagway_gateway.position()
    openstack_connection.image.add_tag(image, "red")
    tagway_gateway.assert_calls(["PUT /v2/images/*/tags/red 204"], project=tagway_project.id, since=since)
`;

const go = `package suite

import (
	"testing"

	"tagway/go/tagwaytest"
)

type image struct {
	ID   string
	Tags []string
}

func made(project *tagwaytest.Project, tags ...string) (found image) {
	project.Call("POST", "/v2/images", map[string]any{"name": "base", "tags": append([]string{}, tags...)}, &found)
	return found
}

func check(t *testing.T, work func(*tagwaytest.Project) (got, wanted any)) {
	t.Helper()
	t.Parallel()
	if got, wanted := work(tagwaytest.Start(t)); got != wanted {
		t.Errorf("got %v, wanted %v", got, wanted)
	}
}

func TestEmpty(t *testing.T) {
	check(t, func(p *tagwaytest.Project) (any, any) {
		var found struct{ Images []image }
		p.Call("GET", "/v2/images", nil, &found)
		return len(found.Images), 0
	})
}

func TestTag(t *testing.T) {
	check(t, func(p *tagwaytest.Project) (any, any) { return made(p, "red").Tags[0], "red" })
}

func TestFault(t *testing.T) {
	check(t, func(p *tagwaytest.Project) (any, any) {
		p.AddFault(map[string]any{"method": "GET", "status": 503})
		return p.Call("GET", "/v2/images", nil, nil).StatusCode, 503
	})
}

func TestDelete(t *testing.T) {
	check(t, func(p *tagwaytest.Project) (any, any) {
		return p.Call("DELETE", "/v2/images/"+made(p).ID, nil, nil).StatusCode, 204
	})
}

func TestReset(t *testing.T) {
	check(t, func(p *tagwaytest.Project) (any, any) {
		id := made(p).ID
		p.Admin(t, "POST", "/projects/"+p.ID+"/reset", nil, nil)
		return p.Call("GET", "/v2/images/"+id, nil, nil).StatusCode, 404
	})
}
`;

const goModule = `module suite

go 1.19

require tagway/go v0.0.0

replace tagway/go => ../node_modules/tagway/clients/go
`;

/** Suites of five tests for each runner: all that a user writes. */
export function writeSuites(folder: string): void {
  const numbered = (place: string, ending: string, text: (body: string) => string): [string, string][] =>
    bodies.map((body, index) => [`${place}/tags-${String(index + 1)}${ending}`, text(body)]);
  const files: readonly (readonly [string, string])[] = [
    [
      'jest/jest.config.cjs',
      "module.exports = { globalSetup: 'tagway/jest', testMatch: ['**/*.test.cjs'] };\n",
    ],
    ...numbered('jest', '.test.cjs', jest),
    [
      'vitest/vitest.config.mjs',
      "export default { test: { globalSetup: 'tagway/vitest', include: ['**/*.test.mjs'] } };\n",
    ],
    ...numbered('vitest', '.test.mjs', vitest),
    ...numbered('node-test', '.test.mjs', nodeTest),
    ['pytest/test_tags.py', pytest],
    ['go/go.mod', goModule],
    ['go/tags_test.go', go],
  ];
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
