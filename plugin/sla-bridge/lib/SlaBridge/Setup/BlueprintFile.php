<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\ApiError;

/**
 * `blueprint.json`, which the bridge's own build writes: the fields of the bridge, and the names of what else `setup` makes.
 *
 * @phpstan-type Title array{en: string, ru: string}
 * @phpstan-type Field array{name: string, type: string, owner: string, title: Title, choices: ?array<string, Title>,
 *     levels: ?string, column: ?int}
 */
final class BlueprintFile
{
    private const TYPES = ['choices', 'datetime', 'text', 'memo', 'bool'];
    private const OWNERS = ['bridge', 'agent', 'customer'];
    private const TEXTS = ['waiting_status', 'development_department', 'at_risk_queue', 'overdue_queue', 'due_column', 'due_sort',
        'arrival_sort', 'attention_queue', 'former_attention_queue'];

    private static ?self $shipped = null;

    /**
     * @param array<string, Field> $fields by name, in the order of the form
     * @param array<string, Title> $texts
     */
    private function __construct(public readonly array $fields, public readonly array $texts)
    {
    }

    /** The file that came with the plugin, read when it is first asked for and not on every page of the helpdesk. */
    public static function shipped(): self
    {
        return self::$shipped ??= self::read(dirname(__DIR__, 3) . '/blueprint.json');
    }

    public static function read(string $path): self
    {
        $content = is_file($path) && is_readable($path) ? file_get_contents($path) : false;
        if ($content === false) {
            throw self::unusable('it is missing or not readable');
        }
        $document = json_decode($content, true, 16);
        if (!is_array($document) || !is_array($document['fields'] ?? null) || !$document['fields']) {
            throw self::unusable('it is no JSON with a list of fields');
        }
        $fields = [];
        foreach ($document['fields'] as $raw) {
            $field = self::field($raw);
            $fields[$field['name']] = $field;
        }
        $texts = [];
        foreach (self::TEXTS as $id) {
            $texts[$id] = self::title($document['texts'][$id] ?? null, $id);
        }
        return new self($fields, $texts);
    }

    /** @return list<string> the fields of one owner: `bridge`, `agent` or `customer` */
    public function names(string $owner): array
    {
        return array_keys(array_filter($this->fields, static fn (array $field): bool => $field['owner'] === $owner));
    }

    /** @return Field */
    private static function field(mixed $raw): array
    {
        // The name becomes a column of a table: nothing but these letters may get there.
        $name = is_array($raw) ? ($raw['name'] ?? null) : null;
        if (!is_string($name) || !preg_match('/^[a-z][a-z_]{0,39}$/D', $name)) {
            throw self::unusable('a field has no usable name');
        }
        $choices = $raw['choices'] ?? null;
        $sound = in_array($raw['type'] ?? null, self::TYPES, true) && in_array($raw['owner'] ?? null, self::OWNERS, true)
            && in_array($raw['levels'] ?? null, [null, 'all', 'choosable'], true)
            && ($raw['type'] === 'choices' ? is_array($choices) && $choices : $choices === null);
        if (!$sound) {
            throw self::unusable("the field $name is described wrongly");
        }
        return [
            'name' => $name, 'type' => $raw['type'], 'owner' => $raw['owner'], 'title' => self::title($raw['title'] ?? null, $name),
            'choices' => $choices === null ? null : array_map(static fn (mixed $title): array => self::title($title, $name), $choices),
            'levels' => $raw['levels'] ?? null, 'column' => isset($raw['column']) ? (int) $raw['column'] : null,
        ];
    }

    /** @return Title */
    private static function title(mixed $raw, string $of): array
    {
        if (!is_array($raw) || !is_string($raw['en'] ?? null) || !is_string($raw['ru'] ?? null)) {
            throw self::unusable("$of lacks a title in both languages");
        }
        return ['en' => $raw['en'], 'ru' => $raw['ru']];
    }

    private static function unusable(string $why): ApiError
    {
        return new ApiError(
            500,
            'internal',
            "blueprint.json of the plugin cannot be used: $why",
            'Install the plugin again: sla-bridge plugin install.'
        );
    }
}
