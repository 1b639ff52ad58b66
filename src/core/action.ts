/** Glance's own names of what a policy decides; its error sentences spell them out. */
export type Action =
  | 'get_image'
  | 'get_images'
  | 'add_image'
  | 'modify_image'
  | 'delete_image'
  | 'publicize_image'
  | 'communitize_image'
  | 'download_image'
  | 'upload_image'
  | 'deactivate'
  | 'reactivate'
  | 'add_member'
  | 'delete_member'
  | 'get_member'
  | 'get_members'
  | 'modify_member';
