<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use Laminas\Mail\Protocol\Exception\RuntimeException;

/**
 * What osTicket's SMTP protocols lack: an end to their patience (they wait five minutes for each reply), and an exact account of
 * how far a letter came. A reply without any text counts as what its code says, too.
 */
trait ImpatientSmtp
{
    private const LONGEST_LINE = 4096;

    /** Whether the server has asked for the letter: from then on its fate is known only by a reply. */
    public bool $handedOver = false;
    /** The code by which the server refused the latest step; 0: it did not. */
    public int $refusal = 0;
    private TimeLimit $limit;
    private float $until = 0.0;

    public function within(TimeLimit $limit): static
    {
        $this->limit = $limit;
        return $this;
    }

    /** The server says by its reply that this recipient, or this letter, will never do. */
    public function isFinalForTheLetter(): bool
    {
        return $this->refusal >= 500 && ($this->handedOver || str_starts_with((string) $this->request, 'RCPT '));
    }

    public function connect()
    {
        $left = $this->limit->ready - microtime(true);
        if ($left < 1) {
            throw new RuntimeException('no time was left to connect');
        }
        $this->socket = $this->setupSocket($this->transport, $this->host, $this->port, (int) min(TimeLimit::CONNECT, $left));
        $this->until = min($this->limit->ready, microtime(true) + TimeLimit::CONNECT);
        return true;
    }

    // phpcs:ignore PSR2.Methods.MethodDeclaration.Underscore -- the name is that of the protocols' own method
    protected function _send($request)
    {
        $this->request = $request;
        $left = $request . self::EOL;
        stream_set_blocking($this->stream(), false);
        while ($left !== '') {
            $written = @fwrite($this->stream(), $left);
            if ($written === false) {
                throw new RuntimeException('the connection broke');
            }
            $left = substr($left, $written);
            if ($written === 0) {
                $this->await(false);
            }
        }
        return strlen($request) + strlen(self::EOL);
    }

    // phpcs:ignore PSR2.Methods.MethodDeclaration.Underscore
    protected function _expect($code, $timeout = null)
    {
        $this->response = [];
        $this->refusal = 0;
        do {
            $line = $this->receivedLine();
            $this->response[] = $line;
            if (!preg_match('/^(\d{3})(-?)\s*(.*)$/s', rtrim($line), $reply)) {
                throw new RuntimeException('that is no reply of a mail server: ' . substr($line, 0, 80));
            }
        } while ($reply[2] === '-');
        if (!in_array((int) $reply[1], (array) $code, true)) {
            $this->refusal = (int) $reply[1];
            throw new RuntimeException("$reply[1] $reply[3]", (int) $reply[1]);
        }
        $this->handedOver = $this->handedOver || (int) $reply[1] === 354;
        $this->until = $this->handedOver ? $this->limit->taken : $this->limit->ready;
        // For the handshake of STARTTLS, which the connection's own time limit ends.
        stream_set_blocking($this->stream(), true);
        return $reply[3];
    }

    private function receivedLine(): string
    {
        stream_set_blocking($this->stream(), false);
        $line = '';
        while (!str_ends_with($line, "\n")) {
            $part = fgets($this->stream(), 1024);
            if ($part === false) {
                if (feof($this->stream())) {
                    throw new RuntimeException('the server closed the connection');
                }
                $this->await(true);
                continue;
            }
            $line .= $part;
            if (strlen($line) > self::LONGEST_LINE || microtime(true) > $this->until) {
                throw new RuntimeException('the server does not come to an end');
            }
        }
        return $line;
    }

    private function await(bool $toRead): void
    {
        $left = $this->until - microtime(true);
        $read = $toRead ? [$this->stream()] : null;
        $write = $toRead ? null : [$this->stream()];
        $none = null;
        if ($left <= 0 || !stream_select($read, $write, $none, (int) $left, (int) (fmod($left, 1) * 1e6))) {
            throw new RuntimeException('the server does not answer in time');
        }
    }

    /** @return resource */
    private function stream()
    {
        return is_resource($this->socket) ? $this->socket : throw new RuntimeException('there is no connection');
    }
}
