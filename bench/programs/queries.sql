-- Inserts, an index, joins, grouping, text and a recursive query; `size` has how many rows.
create table item(id integer primary key, name text, price real, kind integer);
with recursive n(i) as (select 1 union all select i + 1 from n where i < (select n from size))
  insert into item
  select i, 'item-' || ((i * 7919) % 100003), (i * 37 % 1000) / 8.0, i % 17 from n;
create index by_name on item(name);
create table kind(id integer primary key, label text);
insert into kind select distinct kind, 'kind ' || kind from item;
select count(*), sum(price), min(name), max(name) from item;
select label, count(*), round(avg(price), 6) from item join kind on kind.id = item.kind
  group by label order by label;
select a.id, b.id from item a join item b on a.name = b.name and a.id < b.id order by 1, 2 limit 5;
select count(*) from item where name like '%99%' and upper(substr(name, 6)) > '5';
update item set price = price * 1.5 where id % 3 = 0;
delete from item where kind = 4;
select count(*), sum(length(name)), total(price) from item;
with recursive fib(a, b, n) as (select 0, 1, 0 union all select b, (a + b) % 1000007, n + 1 from fib where n < 50000)
  select a from fib where n = 50000;
