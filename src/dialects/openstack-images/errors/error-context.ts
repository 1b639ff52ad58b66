/** What was being done: the wording of some refusals depends on the operation. */
export type ErrorContext =
  | 'list'
  | 'image'
  | 'deletion'
  | 'add-tag'
  | 'remove-tag'
  | 'data'
  | 'member-list'
  | 'member-show'
  | 'member-add'
  | 'member-set'
  | 'member-remove'
  | 'stage'
  | 'store'
  | 'task'
  | 'image-tasks'
  | 'cache';
