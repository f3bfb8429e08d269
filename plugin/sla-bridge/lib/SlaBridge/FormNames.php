<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** Every key under which a request can carry a custom field's value: plain name, id, and the session's hashes of both. */
final class FormNames
{
    /** @return list<string> in lower case */
    public static function of(string $name, int $id, int $form): array
    {
        $salt = defined('SECRET_SALT') ? SECRET_SALT : '';
        $session = (string) session_id();
        return array_map('strval', [
            strtolower($name),
            $id,
            substr(md5("$session-form-field-id-$form-$name-$salt"), -14),
            substr(md5("$session-form-field-id-$form-$id-$salt"), -14),
            substr(md5("$session-field-id-$id-$salt"), -16),
        ]);
    }
}
