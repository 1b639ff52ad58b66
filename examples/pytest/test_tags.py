"""Tests against Tagway with openstacksdk. They need pytest and the plugin of clients/python."""

import pytest

openstack = pytest.importorskip("openstack")


def test_a_tag_can_be_searched_for(openstack_connection):
    image = openstack_connection.image.create_image("base", disk_format="raw", container_format="bare", tags=["env=prod"])
    assert [found.id for found in openstack_connection.image.images(tag="env=prod")] == [image.id]


def test_every_test_has_a_project_of_its_own(openstack_connection):
    assert list(openstack_connection.image.images()) == []


def test_the_service_is_away_once(tagway_gateway, tagway_project, openstack_connection):
    image = openstack_connection.image.create_image("base", disk_format="raw", container_format="bare")
    tagway_gateway.add_fault(project=tagway_project.id, operation="addTag", status=500)
    with pytest.raises(openstack.exceptions.HttpException):
        openstack_connection.image.add_tag(image, "red")
    openstack_connection.image.add_tag(image, "red")
    assert openstack_connection.image.get_image(image.id).tags == ["red"]


def test_a_token_that_expires_is_replaced(tagway_gateway, tagway_project, openstack_connection):
    assert list(openstack_connection.image.images()) == []
    tagway_gateway.expire_tokens(project=tagway_project.id)
    assert list(openstack_connection.image.images()) == []


def test_exactly_these_calls_are_sent(tagway_gateway, tagway_project, openstack_connection):
    image = openstack_connection.image.create_image("base", disk_format="raw", container_format="bare")
    since = tagway_gateway.position()
    openstack_connection.image.add_tag(image, "red")
    openstack_connection.image.remove_tag(image, "red")
    expected = ["PUT /v2/images/*/tags/red 204", "DELETE /v2/images/*/tags/red"]
    tagway_gateway.assert_calls(expected, project=tagway_project.id, since=since)
