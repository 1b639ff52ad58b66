import type { ImageStore, TagStore } from '../core/ports';

type Changed = (projectId: string) => void;

/** A store that announces after each commit in which project tags have changed. */
export function withTagAnnouncements(store: TagStore, changed: Changed): TagStore {
  return {
    list: (image) => store.list(image),
    listProject: (projectId) => store.listProject(projectId),
    change: async (changes) => {
      const outcomes = await store.change(changes);
      outcomes.forEach((outcome, index) => {
        const { projectId } = changes[index]?.image ?? {};
        if (outcome.kind === 'done' && projectId !== undefined) changed(projectId);
      });
      return outcomes;
    },
  };
}

/** The same for images, whose tags come, go and move with them. */
export function withImageAnnouncements(store: ImageStore, changed: Changed): ImageStore {
  return {
    find: (imageId, asking) => store.find(imageId, asking),
    get: (image) => store.get(image),
    create: async (image, stamp) => {
      const isNew = await store.create(image, stamp);
      changed(image.projectId);
      return isNew;
    },
    change: async (image, stamp, edit) => {
      const now = await store.change(image, stamp, edit);
      changed(image.projectId);
      if (now && now.projectId !== image.projectId) changed(now.projectId);
      return now;
    },
    remove: async (image, stamp, check) => {
      const removed = await store.remove(image, stamp, check);
      changed(image.projectId);
      return removed;
    },
  };
}
