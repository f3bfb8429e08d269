<?php

// SPDX-License-Identifier: GPL-2.0-or-later

/** For sorting: what is urgent first, and within the same urgency what has no deadline last. */
class SlaClockRank extends TextboxField
{
    public function getSearchMethods()
    {
        return [];
    }

    public function getSearchQ($method, $value, $name = false)
    {
        return null;
    }
}
