import type { Request, Response } from 'express';
import { Refused } from '../../core/errors';
import { guardAllows } from '../../core/guard';
import { type Tag, tagFromName } from '../../core/tag';
import type { TagChange, TagSet } from '../../core/tag-change';
import { requireCaller } from '../../http/context';
import { parseIfMatch } from '../../http/entity-tags';
import type { DialectDeps } from '../dialect';
import { withConflictDetails } from './conflict-details';
import { requireHistoryService } from './require-history';
import {
  encodeHistoryCursor,
  readImageHistoryQuery,
  readProjectHistoryQuery,
  readRevertRequest,
  type RevertRequest,
} from './history-requests';
import type { NativeOperation } from './operation';
import { readImageId } from './requests';
import { changeBody, setPrivateCache, tagsBody } from './responses';
import { sendTags } from './tag-operations';

const project = '/tags/v1/projects/:project_id';
const tagsOfImage = `${project}/images/:image_id/tags`;

export function historyOperations(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'listTagHistory',
      method: 'GET',
      path: `${tagsOfImage}/history`,
      run: async (req, res) => {
        const imageId = readImageId(req);
        const { limit, before } = readImageHistoryQuery(req);
        const found = await requireHistoryService(parts).ofImage(requireCaller(req), imageId, limit, before);
        const last = found.length === limit ? found.at(-1) : undefined;
        setPrivateCache(res);
        res.json({ items: found.map(changeBody), next: last ? String(last.revision) : null });
      },
    },
    {
      name: 'listProjectHistory',
      method: 'GET',
      path: `${project}/history`,
      run: async (req, res) => {
        const query = readProjectHistoryQuery(req);
        const found = await requireHistoryService(parts).ofProject(requireCaller(req), query);
        const last = found.length === query.limit ? found.at(-1) : undefined;
        setPrivateCache(res);
        res.json({ items: found.map(changeBody), next: last ? encodeHistoryCursor(last) : null });
      },
    },
    {
      name: 'revertTags',
      method: 'POST',
      path: `${tagsOfImage}/revert`,
      body: 'json',
      run: (req, res) => revert(parts, req, res),
    },
  ];
}

async function revert(parts: DialectDeps, req: Request, res: Response): Promise<void> {
  const imageId = readImageId(req);
  const asked = readRevertRequest(req);
  const caller = requireCaller(req);
  const change = await changeBack(parts, req, imageId, asked);
  if (asked.dryRun) {
    const present = await parts.tags.show(caller, imageId);
    await withConflictDetails(parts, req, imageId, () => preview(req, imageId, present));
    setPrivateCache(res);
    res.json(tagsBody({ imageId, ...present, tags: applied(present.tags, change) }));
    return;
  }
  const request = { ...change, limit: parts.settings.imageTagQuota, reverts: asked.revision };
  await withConflictDetails(parts, req, imageId, () => parts.tags.change(caller, imageId, request));
  await sendTags(parts, req, res, imageId, false);
}

type Change = Pick<TagChange, 'remove' | 'put'>;

async function changeBack(
  parts: DialectDeps,
  req: Request,
  imageId: string,
  asked: RevertRequest,
): Promise<Change> {
  const history = requireHistoryService(parts);
  const caller = requireCaller(req);
  if (asked.kind === 'state') {
    const { tags } = await history.tagsAt(caller, imageId, { revision: asked.revision });
    return { remove: 'all', put: tags.map(tagFromName) };
  }
  const { added, removed } = await history.change(caller, imageId, asked.revision);
  return { remove: added.map((name) => ({ name })), put: removed.map(tagFromName) };
}

/** A preview is refused where the change would be. */
function preview(req: Request, imageId: string, { revision, updatedAt }: TagSet): Promise<void> {
  if (guardAllows(parseIfMatch(req.headers['if-match']), { tagRevision: revision, updatedAt }))
    return Promise.resolve();
  return Promise.reject(new Refused({ kind: 'changed-meanwhile', imageId, revision }));
}

function applied(present: readonly Tag[], { remove, put }: Change): readonly Tag[] {
  const gone = new Set(
    remove === 'all'
      ? present.map(({ name }) => name)
      : remove.flatMap((one) => ('name' in one ? [one.name] : [])),
  );
  const kept = present.filter(({ name }) => !gone.has(name));
  const all = new Map([...kept, ...put].map((tag) => [tag.name, tag]));
  return [...all.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}
