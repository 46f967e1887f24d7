"""People of a whole file: the rule of operations.persons.find_or_claim_person, once more, in SQL.

A test of each module that brings files holds the two together. The staging table has ``row_number``,
``person_id`` (reserved for a person who may be made), ``person_sealed``, ``nik_index``, ``birth_index``,
``name_index``, ``name``, ``birth_year``, ``sex``, ``birth_place``, ``marital_status``, ``village_code`` and
``address``. ``{wanted}`` says which rows of it, as ``s``, are to have a person: the new ones. Their people
stand in the temporary table ``people_found`` afterwards: where a row is not in it, or ``another`` is true
there, its person is the new one, ``s.person_id``.
"""

from __future__ import annotations

#: People who carry the NIK of a new row: the one that disagrees least, and in what.
FOUND = """
create temporary table people_found
    (row_number bigint, id bigint, differs text[], another boolean) on commit drop
"""
PEOPLE = """
insert into people_found
select distinct on (row_number) row_number,
    case when redirect_to is null then id else person_root(id) end as id,
    array_remove(array[case when other_name then 'nama' end, case when other_birth then 'tanggal_lahir' end,
        case when other_sex then 'jenis_kelamin' end], null) as differs,
    other_birth or other_sex or (other_name and not same_birth) as another
from (
    select s.row_number, p.id, p.redirect_to,
        p.nik_name_index is distinct from s.name_index as other_name,
        p.nik_birth_index is not null and p.nik_birth_index <> s.birth_index as other_birth,
        p.sex is not null and p.sex <> s.sex as other_sex,
        coalesce(p.nik_birth_index = s.birth_index, false) as same_birth
    from {staging} s
    join person p on p.nik_index = s.nik_index
    where {wanted}
) found
order by row_number, other_name::int + other_birth::int + other_sex::int, redirect_to nulls first, found.id
"""

#: ``{more}`` names further columns that the staging table and ``person`` both have, such as ``, rt, rw``.
ADD_PEOPLE = """
insert into person (id, sealed, nik_index, nik_birth_index, nik_name_index, name, birth_year, sex,
    birth_place, marital_status, home_region, address{more})
select s.person_id, s.person_sealed, s.nik_index, s.birth_index, s.name_index, s.name, s.birth_year, s.sex,
    s.birth_place, s.marital_status, s.village_code, s.address{more}
from {staging} s
left join people_found p on p.row_number = s.row_number and not p.another
where p.row_number is null and {wanted}
"""

#: ``{subject}`` is the table of the rows that claim (``voter``), ``{key}`` the staged column of their key.
OPEN_CONFLICTS = """
insert into identity_conflict (person_id, other_id, differs, subject, region)
select p.id, case when p.another then s.person_id end, p.differs, '{subject}:' || s.{key}, s.village_code
from people_found p join {staging} s on s.row_number = p.row_number
where cardinality(p.differs) > 0
order by p.row_number
"""
