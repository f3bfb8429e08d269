<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** The few sentences that the plugin itself writes into threads, in the desk's language. */
final class Phrases
{
    private const WORDS = [
        'ru' => [
            'to' => 'Письмо отправлено: {to}',
            'bounced' => 'Письмо не доставлено',
            'bounced.customer' => 'Почта вернула письмо клиенту на адрес {address}. Ответ почтового сервера: {why}'
                . "\n\nКлиент его не получил: ответ виден ему на портале, но сообщите о нём и другим способом.",
            'bounced.staff' => 'Почта вернула письмо сотруднику на адрес {address}. Ответ почтового сервера: {why}',
        ],
        'en' => [
            'to' => 'Letter sent to: {to}',
            'bounced' => 'Letter not delivered',
            'bounced.customer' => 'The letter to the customer at {address} came back. The mail server says: {why}'
                . "\n\nThe customer did not get it: the reply stands in the portal, but tell them about it in another way too.",
            'bounced.staff' => 'The letter to staff at {address} came back. The mail server says: {why}',
        ],
    ];

    /** @param array<string, string> $places */
    public static function say(string $key, array $places = []): string
    {
        $pairs = [];
        foreach ($places as $name => $value) {
            $pairs['{' . $name . '}'] = $value;
        }
        return strtr(self::WORDS[Language::ofDesk()][$key], $pairs);
    }
}
