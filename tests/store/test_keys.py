"""The key file and the setting: made, read, missing, wrong, rotated."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from adapters.store.keys import KeyHome
from adapters.store.sealing import Masters, new_key
from bot.errors import KeyMissing, SetupError
from tests.store.making import ANN, BEN, Open, answer, answers, home_of, names, raw


def coded(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


async def test_the_first_start_makes_a_key_and_says_so(open_sqlite: Open, tmp_path: Path) -> None:
    first, second = await open_sqlite(), await open_sqlite()
    assert first.opening.key_file == home_of(tmp_path).file
    assert second.opening.key_file is None
    assert home_of(tmp_path).file.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path, ".*") == []  # nothing half-written is left


def test_a_key_is_never_made_over_another(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    first = home.make()
    assert home.make().keys == first.keys


async def test_with_a_setting_no_file_is_made(open_sqlite: Open, tmp_path: Path) -> None:
    home = KeyHome(tmp_path / "crossroads.key", coded(new_key()))
    store = await open_sqlite(home=home)
    assert store.opening.key_file is None
    assert not home.file.exists()
    await store.turn(answer(store.owner(ANN), "c1"))


@pytest.mark.parametrize("setting", ["hello", "aGVsbG8=", "é", coded(bytes(range(32))) + ","])
def test_a_setting_that_is_no_key_is_refused_without_repeating_it(
    tmp_path: Path, setting: str
) -> None:
    with pytest.raises(SetupError, match="CROSSROADS_KEY") as caught:
        KeyHome(tmp_path / "key", setting).read()
    assert setting not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"masters": []}', b"[1]", b"\xff\xfe", b"null"])
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    home = home_of(tmp_path)
    home.file.write_bytes(content)
    with pytest.raises(KeyMissing, match=r"crossroads\.key"):
        home.read()


async def test_a_missing_key_says_what_can_still_be_done(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.close()
    key = home_of(tmp_path).file
    key.rename(tmp_path / "elsewhere")
    with pytest.raises(KeyMissing) as caught:
        await open_sqlite()
    for word in ("backup", "CROSSROADS_KEY", "ids, states and times", "CROSSROADS_HOME"):
        assert word in caught.value.remedy
    assert not key.exists()  # a new key would only hide the loss
    (tmp_path / "elsewhere").rename(key)
    assert (await (await open_sqlite()).case(ann, "c1")).turn == 1


async def test_a_wrong_key_is_told_from_a_damaged_file(open_sqlite: Open, tmp_path: Path) -> None:
    await (await open_sqlite()).close()
    with pytest.raises(KeyMissing, match="not the one"):
        await open_sqlite(home=KeyHome(tmp_path / "no file", coded(new_key())))


async def test_keys_are_rotated_while_people_answer(open_sqlite: Open, tmp_path: Path) -> None:
    mine, theirs = await open_sqlite(), await open_sqlite()
    ann, ben = mine.owner(ANN), mine.owner(BEN)
    await mine.turn(answer(ann, "c1", "one", key="d1"))
    await theirs.turn(answer(ben, "c2", "one"))
    old = home_of(tmp_path).read()
    new_id = await mine.rotate()
    after = home_of(tmp_path).read()
    assert old
    assert after
    assert [after.current.hex()] == [new_id]
    assert not set(old.keys) & set(after.keys)
    assert home_of(tmp_path).file.stat().st_mode & 0o777 == 0o600
    for store in (mine, theirs):  # the other process finds the new key by itself
        assert (await store.turn(answer(ann, "c1", "two", key="d1"))).duplicate
        await store.turn(answer(ann, "c1", "two"))
        await store.turn(answer(ben, "c2", "two"))
    assert mine.owner(ANN) == ann
    reopened = await open_sqlite()
    assert answers(await reopened.case(ann, "c1")) == ["one", "two", "two"]
    assert answers(await reopened.case(ben, "c2")) == ["one", "two", "two"]


async def test_nobody_is_welcomed_under_a_key_that_was_rotated_away(open_sqlite: Open) -> None:
    mine, theirs = await open_sqlite(), await open_sqlite()
    await mine.rotate()
    await theirs.turn(answer(theirs.owner(ANN), "c1"))
    await mine.rotate()
    await theirs.set_profile(theirs.owner(BEN), {"field": "legal"})
    reopened = await open_sqlite()
    assert (await reopened.case(mine.owner(ANN), "c1")).turn == 1
    assert await reopened.profile(mine.owner(BEN)) == {"field": "legal"}


@pytest.mark.parametrize("moment", ["add", "keep"])
async def test_a_rotation_that_is_cut_short_loses_no_key(
    open_sqlite: Open, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))

    def cut(*_: object) -> Masters:
        raise KeyboardInterrupt

    whole = KeyHome.add

    def add(home: KeyHome, in_use: bytes) -> Masters:
        whole(home, in_use)
        return cut()

    with monkeypatch.context() as broken:
        broken.setattr(KeyHome, moment, add if moment == "add" else cut)
        with pytest.raises(KeyboardInterrupt):
            await store.rotate()
    reopened = await open_sqlite()
    assert (await reopened.case(ann, "c1")).turn == 1
    await reopened.rotate()
    assert (await (await open_sqlite()).case(ann, "c1")).turn == 1


async def test_a_key_from_the_setting_is_rotated_by_putting_one_in_front(
    open_sqlite: Open, tmp_path: Path
) -> None:
    old, new = new_key(), new_key()
    file = tmp_path / "none"
    store = await open_sqlite(home=KeyHome(file, coded(old)))
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    with pytest.raises(SetupError, match="CROSSROADS_KEY"):
        await store.rotate()
    both = await open_sqlite(home=KeyHome(file, coded(new, old)))
    await both.rotate()
    after = await open_sqlite(home=KeyHome(file, coded(new)))
    assert (await after.case(ann, "c1")).turn == 1


async def test_no_master_key_is_in_the_database(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    masters = home_of(tmp_path).read()
    assert masters
    with raw(tmp_path) as other:
        dumped = b"".join(
            bytes(value)
            for table in ("vault", "keys", "people")
            for row in other.execute(f"SELECT * FROM {table}")  # noqa: S608
            for value in row
            if isinstance(value, bytes)
        )
    assert masters.keys[0] not in dumped


def test_where_the_keys_are_is_told_and_the_keys_are_not(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    assert home.describe() == (str(home.file), ())
    masters = home.make()
    where, ids = home.describe()
    assert (where, ids) == (str(home.file), (masters.current.hex(),))
    assert KeyHome(home.file, coded(new_key())).describe()[0] == "CROSSROADS_KEY"


def test_loose_permissions_of_the_key_file_are_found(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    assert home.loose_permissions() is None
    home.make()
    assert home.loose_permissions() is None
    home.file.chmod(0o640)
    assert home.loose_permissions() == 0o640


def test_a_folder_that_cannot_be_written_is_a_matter_of_setting_up(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be written"):
        KeyHome(tmp_path / "nowhere" / "key").make()
