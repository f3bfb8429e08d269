<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Queues\LevelTitles;
use SlaBridge\Setup\BlueprintFile;
use SlaBridge\StaffPages;
use SlaBridge\Viewer;

/**
 * The choices of the bridge's own fields as the agent who looks calls them: osTicket translates a field's label and not its
 * choices. What is stored, and what letters say, stays in the language of `setup`; a desk's own fields are as they always were.
 */
final class SlaClockOption extends ChoiceField
{
    /** As osTicket keeps its types; ours stands in the place of its own for as long as the plugin runs. */
    public const TYPE = ['choices' => ['Choices', self::class]];

    /** @var ?array<int, string> */
    private static ?array $names = null;
    /** While what is kept or sent is made. */
    private bool $asStored = false;

    public function getChoices($verbose = false, $options = [])
    {
        $choices = parent::getChoices($verbose, $options);
        $language = $this->asStored || !is_array($choices) || !StaffPages::isOne() ? null : Viewer::spoken();
        $name = $language === null ? null : $this->ownName();
        return $name === null ? $choices : array_replace($choices, array_intersect_key(self::titles($name, $language), $choices));
    }

    public function to_database($value)
    {
        return $this->stored(fn () => parent::to_database(is_array($value) ? array_replace($value, array_intersect_key(
            (array) $this->getChoices(),
            $value
        )) : $value));
    }

    public function asVar($value, $id = false)
    {
        return $this->stored(fn () => parent::asVar($value, $id));
    }

    private function stored(callable $make): mixed
    {
        $this->asStored = true;
        try {
            return $make();
        } finally {
            $this->asStored = false;
        }
    }

    /** @return array<string, string> key => title */
    private static function titles(string $name, string $language): array
    {
        $field = BlueprintFile::shipped()->fields[$name] ?? ['choices' => null, 'levels' => null];
        $titles = array_map(static fn (array $title): string => $title[$language], $field['choices'] ?? []);
        // Levels are the agreement's, of which the blueprint knows only those of the sample.
        return $field['levels'] === null ? $titles : array_replace(
            array_intersect_key($titles, ['automatic' => '']),
            array_diff_key(LevelTitles::read($language)->full, ['automatic' => ''])
        );
    }

    /** By which name the bridge knows this field; null for one of the desk's own. */
    private function ownName(): ?string
    {
        try {
            self::$names ??= array_column((new OwnFields(Db::ofOsTicket()))->all(), 'name', 'id');
            return self::$names[(int) $this->get('id')] ?? null;
        } catch (Throwable $error) {
            error_log('sla-bridge: choices of a field: ' . $error->getMessage());
            self::$names = [];
            return null;
        }
    }
}
