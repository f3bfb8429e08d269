<?php

// SPDX-License-Identifier: GPL-2.0-or-later

/** A word of the clock. osTicket's own choices are looked for by a pattern, which no index serves. */
class SlaClockChoice extends ChoiceField
{
    /** Looked up when somebody asks: counting needs only the keys. */
    public function getChoices($verbose = false, $options = [])
    {
        return $this->_choices ??= ($this->get('choices'))();
    }

    public function getSearchQ($method, $value, $name = false)
    {
        $column = $this->get('name');
        $keys = array_map('strval', array_keys(is_array($value) ? $value : [(string) $value => 1]));
        $criteria = SlaClock::tickets(
            (string) $name,
            in_array($method, ['set', 'nset'], true) ? ["{$column}__isnull" => false] : ["{$column}__in" => $keys]
        );
        return in_array($method, ['nset', '!includes'], true) ? Q::not($criteria) : new Q($criteria);
    }

    public function applyQuickFilter($query, $qf_value, $name = false)
    {
        return $query->filter($this->getSearchQ('includes', [$qf_value => $qf_value], $name));
    }

    public function display($value)
    {
        return Format::htmlchars((string) ($this->getChoices()[$value] ?? $value));
    }

    public function to_php($value)
    {
        return $value;
    }
}
