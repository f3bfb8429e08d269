<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** What `setup` puts into a helpdesk, in two languages. Pure data. */
final class Blueprint
{
    /** Enabled; agents see it, nobody edits it, customers never see it; type, name and deletion are locked in the designer. */
    public const OUTPUT_FLAGS = 0x41031;
    /** The same, and agents edit it. */
    public const INPUT_FLAGS = 0x43031;
    /** An ordinary optional field: customers and agents see and edit it. */
    public const CUSTOMER_FLAGS = 0x3301;

    public const CUSTOMER_INPUTS = [
        'product' => ['text', 'Product', 'Продукт'],
        'product_version' => ['text', 'Product version', 'Версия продукта'],
        'platform_version' => ['text', 'Platform version', 'Версия платформы'],
        'registration_number' => ['text', 'Registration number', 'Регистрационный номер'],
        'steps_to_reproduce' => ['memo', 'Steps to reproduce', 'Порядок воспроизведения'],
    ];
    private const OUTPUTS = [
        'sla_level' => ['choices', 'SLA level', 'Уровень SLA'],
        'sla_state' => ['choices', 'SLA state', 'Состояние SLA'],
        'sla_due' => ['datetime', 'SLA due', 'Срок SLA'],
        'sla_response_due' => ['datetime', 'Reaction due', 'Срок реакции'],
        'sla_resolution_due' => ['datetime', 'Resolution due', 'Срок решения'],
        'sla_support' => ['choices', 'Support', 'Поддержка'],
        'sla_reason' => ['text', 'Reason', 'Основание'],
        'sla_customer' => ['choices', 'Customer category', 'Категория клиента'],
        'sla_certificate_until' => ['datetime', 'Certificate until', 'Сертификат до'],
        'sla_curator' => ['text', 'Curator', 'Куратор'],
    ];
    private const INPUTS = [
        'sla_set_level' => ['choices', 'Set SLA level', 'Задать уровень SLA'],
        'sla_set_critical' => ['bool', 'Critical error confirmed', 'Критическая ошибка подтверждена'],
        'sla_set_deferral' => ['choices', 'Reason for deferral or refusal', 'Причина отсрочки или отказа'],
        'sla_set_misuse' => ['bool', 'Use against the documentation', 'Нарушение условий эксплуатации'],
        'sla_set_abuse' => ['bool', 'Abusive communication', 'Оскорбительное общение'],
        'sla_set_promise' => ['datetime', 'Date promised', 'Обещанная дата'],
    ];
    private const CHOICES = [
        'sla_state' => [
            'running' => ['Running', 'Идёт'], 'at_risk' => ['At risk', 'Под угрозой'], 'overdue' => ['Overdue', 'Просрочено'],
            'paused' => ['Paused', 'На паузе'], 'met' => ['Met', 'Выполнено'], 'missed' => ['Missed', 'Нарушено'], 'none' => [
                'None',
                'Нет',
            ],
        ],
        'sla_support' => [
            'full' => ['Full', 'Полная'], 'limited' => ['Limited', 'Ограниченная'],
            'refusable' => ['May be refused', 'Можно отказать'], 'unknown' => ['Unknown', 'Неизвестно'],
        ],
        'sla_customer' => [
            'partner' => ['Partner', 'Партнёр'], 'commercial' => ['Commercial', 'Коммерческий'],
            'noncommercial' => ['Non-commercial', 'Некоммерческий'], 'unregistered' => ['Unregistered', 'Незарегистрированный'],
        ],
        'sla_set_deferral' => [
            'not_reproducible' => ['Cannot be reproduced', 'Не воспроизводится'],
            'needs_facts' => ['Not enough information', 'Недостаточно сведений'],
            'needs_development' => ['Needs diagnosis, development or a release', 'Нужна диагностика, доработка или выпуск'],
            'violated_requirements' => ['Requirements violated or product modified', 'Нарушены требования или изменён продукт'],
            'unlicensed' => ['Unlicensed copy', 'Нелицензионная копия'],
            'beyond_scope' => ['Outside the scope of support', 'Вне рамок поддержки'],
            'unconstructive' => ['Put incorrectly or unconstructively', 'Некорректно или неконструктивно'],
        ],
    ];
    private const LEVELS = [
        'general' => ['General', 'Общий'], 'standard' => ['Standard', 'Стандартный'],
        'urgent' => ['Urgent', 'Срочный'], 'development' => ['Development', 'Разработка'],
    ];
    private const TEXTS = [
        'waiting' => ['Waiting for the customer', 'Ожидает ответа клиента'],
        'development' => ['Development', 'Отдел разработки'],
        'automatic' => ['Automatic', 'Автоматически'],
        'queue' => ['SLA: at risk and overdue', 'SLA: под угрозой и просрочено'],
        'sort' => ['SLA due', 'Срок SLA'],
    ];
    /** state => background, text */
    public const COLOURS = [
        'overdue' => ['#ffcdd2', '#b71c1c'], 'missed' => ['#ffe0e0', '#8e0000'], 'at_risk' => ['#ffe0b2', '#8a4b00'],
        'paused' => ['#e3e7ea', '#37474f'], 'met' => ['#dcedc8', '#33691e'],
    ];
    public const COLUMNS = ['sla_level' => 95, 'sla_state' => 95, 'sla_due' => 110, 'sla_support' => 95];

    private readonly int $tongue;

    public function __construct(private readonly SetupOptions $options)
    {
        $this->tongue = $options->language === 'ru' ? 1 : 0;
    }

    public function text(string $id): string
    {
        return self::TEXTS[$id][$this->tongue];
    }

    /** The same text in all languages, to find again what a setup in the other one made. @return list<string> */
    public function texts(string $id): array
    {
        return self::TEXTS[$id];
    }

    public function say(string $english, string $russian): string
    {
        return $this->tongue ? $russian : $english;
    }

    /**
     * @return array<string, array{name: string, type: string, label: string, flags: int, choices: ?array<string, string>,
     *     configuration: array<string, mixed>}>
     */
    public function fields(): array
    {
        $fields = [];
        $groups = [
            [self::OUTPUTS, self::OUTPUT_FLAGS], [self::INPUTS, self::INPUT_FLAGS],
            [array_intersect_key(self::CUSTOMER_INPUTS, array_flip($this->options->inputs)), self::CUSTOMER_FLAGS],
        ];
        foreach ($groups as [$group, $flags]) {
            foreach ($group as $name => $spec) {
                $choices = $this->choices($name);
                $fields[$name] = [
                    'name' => $name, 'type' => $spec[0], 'label' => $spec[1 + $this->tongue], 'flags' => $flags,
                    'choices' => $choices, 'configuration' => self::configuration($spec[0], $choices),
                ];
            }
        }
        return $fields;
    }

    public function label(string $field): string
    {
        return (self::OUTPUTS[$field] ?? self::INPUTS[$field])[1 + $this->tongue];
    }

    /** @return ?array<string, string> */
    public function choices(string $name): ?array
    {
        if ($name === 'sla_level' || $name === 'sla_set_level') {
            $levels = $this->options->levels ?? array_map(fn (array $l): string => $l[$this->tongue], self::LEVELS);
            if ($name === 'sla_level') {
                return $levels;
            }
            $choosable = $this->options->levels === null ? ['general'] : $this->options->choosable;
            return ['automatic' => $this->text('automatic')] + array_intersect_key($levels, array_flip($choosable));
        }
        return isset(self::CHOICES[$name]) ? array_map(fn (array $l): string => $l[$this->tongue], self::CHOICES[$name]) : null;
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
