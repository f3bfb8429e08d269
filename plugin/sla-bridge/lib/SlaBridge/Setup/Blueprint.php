<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

/** What `setup` puts into a helpdesk, in the language and with the levels that were asked for. */
final class Blueprint
{
    /** Enabled; agents see it, nobody edits it, customers never see it; type, name and deletion are locked in the designer. */
    public const OUTPUT_FLAGS = 0x41031;
    /** The same, and agents edit it. */
    public const INPUT_FLAGS = 0x43031;
    /** An ordinary optional field: customers and agents see and edit it. */
    public const CUSTOMER_FLAGS = 0x3301;

    /** state => background, text */
    public const COLOURS = [
        'overdue' => ['#ffcdd2', '#b71c1c'], 'missed' => ['#ffe0e0', '#8e0000'], 'at_risk' => ['#ffe0b2', '#8a4b00'],
        'paused' => ['#e3e7ea', '#37474f'], 'met' => ['#dcedc8', '#33691e'],
    ];
    private const FLAGS = ['bridge' => self::OUTPUT_FLAGS, 'agent' => self::INPUT_FLAGS, 'customer' => self::CUSTOMER_FLAGS];

    private readonly BlueprintFile $file;

    public function __construct(private readonly SetupOptions $options)
    {
        $this->file = BlueprintFile::shipped();
    }

    public function text(string $id): string
    {
        return $this->file->texts[$id][$this->options->language];
    }

    /** The same text in all languages, to find again what a setup in the other one made. @return list<string> */
    public function texts(string $id): array
    {
        return array_values($this->file->texts[$id]);
    }

    /** @return array{en: string, ru: string} */
    public function title(string $id): array
    {
        return $this->file->texts[$id];
    }

    /** How a queue is called in the steps of setup. */
    public function queue(string $title): string
    {
        return $this->say("Queue \"$title\"", "Очередь «{$title}»");
    }

    public function say(string $english, string $russian): string
    {
        return $this->options->language === 'ru' ? $russian : $english;
    }

    /** The fields with a column in the queues. @return array<string, int> name => width in pixels */
    public function columns(): array
    {
        return array_filter(array_column($this->file->fields, 'column', 'name'));
    }

    /**
     * @return array<string, array{name: string, type: string, label: string, flags: int, choices: ?array<string, string>,
     *     levels: ?string, configuration: array<string, mixed>}>
     */
    public function fields(): array
    {
        $fields = [];
        foreach ($this->file->fields as $name => $field) {
            if ($field['owner'] === 'customer' && !in_array($name, $this->options->inputs, true)) {
                continue;
            }
            $choices = $this->choices($name);
            $fields[$name] = [
                'name' => $name, 'type' => $field['type'], 'label' => $this->label($name), 'flags' => self::FLAGS[$field['owner']],
                'choices' => $choices, 'levels' => $field['levels'],
                'configuration' => self::configuration($field['type'], $choices),
            ];
        }
        return $fields;
    }

    public function label(string $field): string
    {
        return $this->file->fields[$field]['title'][$this->options->language];
    }

    /** A field's labels in all languages, to know again what a setup in another one made. @return list<string> */
    public function labels(string $field): array
    {
        return array_values($this->file->fields[$field]['title']);
    }

    /** What the bridge's own fields are called. @return array<string, array{en: string, ru: string}> by the field's name */
    public function ownTitles(): array
    {
        $own = array_diff_key($this->file->fields, array_flip($this->file->names('customer')));
        return array_map(static fn (array $field): array => $field['title'], $own);
    }

    /** @return ?array<string, string> */
    public function choices(string $name): ?array
    {
        $field = $this->file->fields[$name];
        if ($field['choices'] === null) {
            return null;
        }
        $choices = array_map(fn (array $title): string => $title[$this->options->language], $field['choices']);
        $levels = $this->options->levels;
        if ($levels === null || $field['levels'] === null) {
            return $choices;
        }
        if ($field['levels'] === 'all') {
            return $levels;
        }
        return ['automatic' => $choices['automatic']] + array_intersect_key($levels, array_flip($this->options->choosable));
    }

    /** @param ?array<string, string> $choices */
    private static function configuration(string $type, ?array $choices): array
    {
        return match ($type) {
            'choices' => ['choices' => self::lines((array) $choices), 'default' => '', 'prompt' => '', 'multiselect' => false],
            // Stored in UTC, shown in the reader's own zone.
            'datetime' => ['time' => true, 'gmt' => true, 'timezone' => '', 'future' => true, 'min' => '', 'max' => ''],
            'bool' => ['desc' => ''],
            'memo' => ['rows' => 4, 'cols' => 60, 'length' => 0, 'html' => false, 'placeholder' => ''],
            default => ['size' => 60, 'length' => 0, 'validator' => '', 'validator-error' => '', 'placeholder' => ''],
        };
    }

    /** @param array<string, string> $choices */
    private static function lines(array $choices): string
    {
        return implode("\n", array_map(static fn ($key, $label): string => "$key:$label", array_keys($choices), $choices));
    }

    /** Colours of the state column. @return list<array<string, mixed>> */
    public function stateColours(): array
    {
        $conditions = [];
        foreach (self::COLOURS as $state => [$background, $colour]) {
            $conditions[] = ['crit' => ['cdata__sla_state', 'includes', [$state => $this->choices('sla_state')[$state]]],
                'prop' => ['background-color' => $background, 'color' => $colour]];
        }
        return $conditions;
    }
}
