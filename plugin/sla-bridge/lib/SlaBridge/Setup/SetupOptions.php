<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\ApiError;

/** The body of `/setup`, checked. */
final class SetupOptions
{
    private const ACTIONS = ['plan', 'apply', 'plan_remove', 'remove'];
    private const FLAGS = ['waiting_status', 'development_department', 'keep_values', 'tables'];
    private const LANGUAGES = ['en', 'ru'];

    /**
     * @param ?array<string, string> $levels id => label; null: leave the choices as they are
     * @param list<string> $choosable
     * @param list<string> $inputs
     */
    public function __construct(
        public readonly string $action,
        public readonly string $language = 'en',
        public readonly ?array $levels = null,
        public readonly array $choosable = [],
        public readonly array $inputs = [],
        public readonly bool $waitingStatus = false,
        public readonly bool $developmentDepartment = false,
        public readonly bool $keepValues = false,
        public readonly bool $tables = false
    ) {
    }

    public static function read(\stdClass $body): self
    {
        $action = $body->action ?? null;
        if (!in_array($action, self::ACTIONS, true)) {
            throw ApiError::badRequest('unknown action', 'Actions: ' . implode(', ', self::ACTIONS));
        }
        $language = $body->language ?? 'en';
        if (!in_array($language, self::LANGUAGES, true)) {
            throw ApiError::badRequest('unknown language', 'Languages: ' . implode(', ', self::LANGUAGES));
        }
        [$levels, $choosable] = self::levels($body->levels ?? null);
        $inputs = $body->inputs ?? [];
        $known = BlueprintFile::shipped()->names('customer');
        foreach (is_array($inputs) ? $inputs : [$inputs] as $input) {
            if (!is_array($inputs) || !in_array($input, $known, true)) {
                throw ApiError::wrongShape('`inputs` names something that setup cannot create', 'Inputs: ' . implode(', ', $known));
            }
        }
        foreach (self::FLAGS as $flag) {
            if (!is_bool($body->$flag ?? false)) {
                throw ApiError::wrongShape("`$flag` is neither true nor false");
            }
        }
        if (($body->keep_values ?? false) && ($body->tables ?? false)) {
            $hint = 'Without its tables the plugin knows no field of its own.';
            throw ApiError::wrongShape('`keep_values` and `tables` exclude each other', $hint);
        }
        return new self(
            $action,
            $language,
            $levels,
            $choosable,
            array_values(array_unique($inputs)),
            $body->waiting_status ?? false,
            $body->development_department ?? false,
            $body->keep_values ?? false,
            $body->tables ?? false
        );
    }

    public function removes(): bool
    {
        return $this->action === 'remove' || $this->action === 'plan_remove';
    }

    /** Whether nothing is to be changed. */
    public function onlyPlans(): bool
    {
        return $this->action === 'plan' || $this->action === 'plan_remove';
    }

    /** @return array{0: ?array<string, string>, 1: list<string>} */
    private static function levels(mixed $raw): array
    {
        if ($raw === null) {
            return [null, []];
        }
        if (!is_array($raw)) {
            throw ApiError::wrongShape('`levels` is no list');
        }
        $levels = $choosable = [];
        foreach ($raw as $level) {
            $id = $level->id ?? null;
            $label = $level->label ?? $id;
            $isId = is_string($id) && preg_match('/^[A-Za-z][A-Za-z0-9_-]{0,39}$/D', $id);
            if (!$isId || !is_string($label) || !is_bool($level->choosable ?? false)) {
                throw ApiError::wrongShape('a level is {"id": "word", "label": "text", "choosable": true}');
            }
            $levels[$id] = trim(preg_replace('/[\s{}",:]+/u', ' ', $label) ?? '') ?: $id;
            if ($level->choosable ?? false) {
                $choosable[] = $id;
            }
        }
        foreach (array_keys($levels) as $one) {
            foreach ([...array_keys($levels), 'automatic'] as $other) {
                // osTicket's queue criteria search for a key with a pattern that matches the tails of longer keys, too.
                if ((string) $one !== (string) $other && str_ends_with((string) $other, (string) $one)) {
                    throw ApiError::wrongShape("the level \"$one\" is the tail of \"$other\"", 'Queues could not tell them apart.');
                }
            }
        }
        return [$levels ?: null, $choosable];
    }
}
