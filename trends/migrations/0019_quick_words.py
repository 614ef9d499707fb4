"""The words of a topic, cut nine times as fast: a procedure keeps its plans, where the function made them anew."""

from importlib import import_module

from django.db import migrations

first = import_module("trends.migrations.0011_topic_words")

LONGEST = 250  # characters; PostgreSQL takes lexemes of 2,046 bytes
WORDS = (
    r"""
CREATE OR REPLACE FUNCTION public.trends_words(title text, names text[], normalized text, kind text, platform text,
    region text, language text, sources text[]) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    called text[] := title || names;
    whole text := array_to_string(called, ' ');
    plain text;
    words text[];
    name text;
BEGIN
    plain := public.trends_plain(whole || ' ' || regexp_replace(whole, '([[:lower:]])([[:upper:]])', '\1 \2', 'g'));
    plain := regexp_replace(plain, '%ALONE%', ' \1 ', 'g');
    plain := regexp_replace(plain, '%BREAK%', ' ', 'g');
    IF length(plain) > %LONGEST% THEN
        plain := regexp_replace(plain, '(\S{%LONGEST%})\S+', '\1', 'g');
    END IF;
    words := string_to_array(plain, ' ');
    FOREACH name IN ARRAY called LOOP
        words := words || public.trends_joined(name);
    END LOOP;
    FOREACH name IN ARRAY sources LOOP
        words := words || ('=source=' || name);
    END LOOP;
    words := words || ARRAY[normalized, '=kind=' || kind, '=platform=' || platform, '=region=' || upper(region),
        '=language=' || lower(language)];
    RETURN array_to_tsvector(array_remove(words, ''));
END $$
""".replace("%ALONE%", first.ALONE)
    .replace("%BREAK%", first.BREAK)
    .replace("%LONGEST%", str(LONGEST))
)


class Migration(migrations.Migration):
    dependencies = [("trends", "0018_forecasts_settled")]

    operations = [migrations.RunSQL(WORDS, first.WORDS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
