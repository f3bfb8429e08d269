<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use Laminas\Mail\Protocol\Smtp;
use Laminas\Mail\Protocol\Smtp\Auth;
use Laminas\Mail\Transport\Smtp as Transport;
use Laminas\Mail\Transport\SmtpOptions;
use osTicket\Mail\Protocol\Smtp\Auth\OAuth2;

/** One attempt at one mail server, by the settings of osTicket's account. */
final class SmtpAttempt
{
    private readonly Smtp $protocol;

    public function __construct(private readonly SmtpOptions $options, TimeLimit $limit)
    {
        $config = ['host' => $options->getHost(), 'port' => $options->getPort()] + $options->getConnectionConfig();
        $protocol = match (strtolower((string) $options->getConnectionClass())) {
            'smtp' => new class ($config) extends Smtp {
                use ImpatientSmtp;
            },
            'plain' => new class ($config) extends Auth\Plain {
                use ImpatientSmtp;
            },
            'login' => new class ($config) extends Auth\Login {
                use ImpatientSmtp;
            },
            'crammd5' => new class ($config) extends Auth\Crammd5 {
                use ImpatientSmtp;
            },
            strtolower(OAuth2::class) => new class ($config) extends OAuth2 {
                use ImpatientSmtp;
            },
            default => throw new \RuntimeException("unknown way to log in at the mail server: {$options->getConnectionClass()}"),
        };
        // A farewell would have to be waited for.
        $protocol->setUseCompleteQuit(false);
        $this->protocol = $protocol->within($limit);
    }

    /** Returns when the server took the letter. @throws \Throwable what it said, or that it said nothing */
    public function send(\osTicket\Mail\Message $message): void
    {
        $transport = new Transport($this->options);
        $transport->setConnection($this->protocol);
        $message->prepare();
        $transport->send($message);
    }

    /** What became of a letter whose sending failed: nothing was accepted for sure, or nobody knows. */
    public function fate(): string
    {
        return match (true) {
            $this->protocol->handedOver && $this->protocol->refusal === 0 => Undelivered::UNKNOWN,
            $this->protocol->isFinalForTheLetter() => Undelivered::REJECTED,
            default => Undelivered::REFUSED,
        };
    }
}
