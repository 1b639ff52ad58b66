-- Distributes Tagway's tables with Citus. Run once, as the owner, after the first `tagway migrate` and before there
-- are many data. NOT RUN by Tagway's own tests: see docs/deploy/scale-out.md.

-- Small, and read by every shard. First, since distributed tables may refer to them.
select create_reference_table('image_owners');
select create_reference_table('identity_projects');
select create_reference_table('identity_users');
select create_reference_table('identity_assignments');
select create_reference_table('identity_application_credentials');
select create_reference_table('identity_access_keys');
select create_reference_table('identity_revocations');
select create_reference_table('identity_token_keys');
select create_reference_table('keystone_access_keys');

-- One project, one shard. The foreign keys between them hold within it; Citus wants the tables that are referred to first.
select create_distributed_table('images', 'project_id');
select create_distributed_table('image_tags', 'project_id', colocate_with => 'images');
select create_distributed_table('image_members', 'project_id', colocate_with => 'images');
select create_distributed_table('jobs', 'project_id', colocate_with => 'images');
