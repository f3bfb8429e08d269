<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The customer's support certificate in a line, as the check on it found it: until when it holds, and how long that is from today. */
final class Certificate
{
    private const PLAIN = ['certificate_missing' => 'certificate.missing', 'certificate_not_stated' => 'certificate.not_stated'];

    public function __construct(private readonly Situation $situation)
    {
    }

    /** Null where no check has looked at one, or what it found is no date. */
    public function told(): ?string
    {
        foreach (Json::map($this->situation->view->detail, 'checks') as $check) {
            $reason = (string) Json::text($check, 'reason');
            if (str_starts_with($reason, 'certificate_')) {
                return isset(self::PLAIN[$reason]) ? $this->situation->words->say(self::PLAIN[$reason]) : $this->dated($check);
            }
        }
        return null;
    }

    private function dated(mixed $check): ?string
    {
        $words = $this->situation->words;
        $instants = $this->situation->instants;
        $from = Json::text($check, 'evidence', 'valid_from');
        $until = Json::text($check, 'evidence', 'valid_until');
        $date = $instants->date($until ?? $from ?? '');
        if ($date === null) {
            return null;
        }
        if ($until === null) {
            return $words->say('certificate.begins', ['date' => $date]);
        }
        $days = $instants->daysUntil($until);
        return $days < 0
            ? $words->say('certificate.expired', ['date' => $date]) . ', ' . $words->count('certificate.days_ago', -$days)
            : $words->say('certificate.until', ['date' => $date]) . ', ' . Exceptions::daysLeft($words, $days);
    }
}
