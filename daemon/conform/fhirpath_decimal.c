/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Exact decimals for FHIRPath (fhirpath_value.h): 38 digits in a 128-bit integer. mpdecimal was looked at; the eight
 * operations that the language needs are less than its binding would be, and digits kept as written (1.50) come for free.
 */
#include "conform/fhirpath_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SCALE_MAX 28
#define DIVISION_SCALE 18

/* 10^38 is the first power that does not fit. */
static bool
multiply_by_ten(decimal_digits *value)
{
	return !__builtin_mul_overflow(*value, (__int128)10, value);
}

bool
decimal_parse(struct decimal *out, const char *text)
{
	bool negative = *text == '-', digits = false, point = false;
	struct decimal value = { 0, 0 };

	if (*text == '-' || *text == '+')
		text++;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !point && digits) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		if (!multiply_by_ten(&value.coefficient) ||
		    __builtin_add_overflow(value.coefficient, (__int128)(*text - '0'), &value.coefficient))
			return false;
		value.scale += point;
		digits = true;
	}
	if (!digits || (point && text[-1] == '.') || value.scale > SCALE_MAX)
		return false;
	if (negative)
		value.coefficient = -value.coefficient;
	*out = value;
	return true;
}

char *
decimal_text(struct decimal value, struct arena *arena)
{
	char digits[64], out[80];
	size_t at = sizeof(digits), length = 0;
	bool negative = value.coefficient < 0;
	unsigned __int128 rest = negative ? -(unsigned __int128)value.coefficient : (unsigned __int128)value.coefficient;
	int written = 0;

	do {
		if (written == value.scale && value.scale > 0)
			digits[--at] = '.';
		digits[--at] = (char)('0' + (int)(rest % 10));
		rest /= 10;
		written++;
	} while (rest != 0 || written <= value.scale);
	if (negative)
		out[length++] = '-';
	memcpy(out + length, digits + at, sizeof(digits) - at);
	return arena_strndup(arena, out, length + sizeof(digits) - at);
}

struct decimal
decimal_of_integer(int64_t value)
{
	return (struct decimal){ value, 0 };
}

/* Gives both the larger scale; false when a coefficient leaves 128 bits. */
static bool
align_scales(struct decimal *a, struct decimal *b)
{
	struct decimal *small = a->scale < b->scale ? a : b;
	int scale = a->scale < b->scale ? b->scale : a->scale;

	for (; small->scale < scale; small->scale++)
		if (!multiply_by_ten(&small->coefficient))
			return false;
	return true;
}

int
decimal_compare(struct decimal a, struct decimal b)
{
	if (!align_scales(&a, &b)) {
		long double difference = decimal_double(a) - decimal_double(b);

		return (difference > 0) - (difference < 0);
	}
	return (a.coefficient > b.coefficient) - (a.coefficient < b.coefficient);
}

long double
decimal_double(struct decimal value)
{
	return (long double)value.coefficient / powl(10.0L, value.scale);
}

bool
decimal_of_double(struct decimal *out, long double value)
{
	char text[64];

	if (!isfinite(value) || fabsl(value) >= 1e20L)
		return false;
	snprintf(text, sizeof(text), "%.12Lf", value);
	if (!decimal_parse(out, text))
		return false;
	*out = decimal_trim(*out);
	return true;
}

bool
decimal_add(struct decimal *out, struct decimal a, struct decimal b)
{
	if (!align_scales(&a, &b))
		return false;
	out->scale = a.scale;
	return !__builtin_add_overflow(a.coefficient, b.coefficient, &out->coefficient);
}

bool
decimal_subtract(struct decimal *out, struct decimal a, struct decimal b)
{
	b.coefficient = -b.coefficient;
	return decimal_add(out, a, b);
}

bool
decimal_multiply(struct decimal *out, struct decimal a, struct decimal b)
{
	out->scale = a.scale + b.scale;
	if (__builtin_mul_overflow(a.coefficient, b.coefficient, &out->coefficient))
		return false;
	if (out->scale > SCALE_MAX)
		*out = decimal_round(*out, SCALE_MAX);
	return true;
}

bool
decimal_divide(struct decimal *out, struct decimal a, struct decimal b)
{
	struct decimal result;

	if (b.coefficient == 0)
		return false;
	/* a/b to DIVISION_SCALE digits: widen a as far as it goes, one digit more than is kept, and round. */
	while (a.scale - b.scale <= DIVISION_SCALE && multiply_by_ten(&a.coefficient))
		a.scale++;
	result = (struct decimal){ a.coefficient / b.coefficient, a.scale - b.scale };
	for (; result.scale < 0; result.scale++)
		if (!multiply_by_ten(&result.coefficient))
			return false;
	*out = decimal_trim(decimal_round(result, DIVISION_SCALE));
	return true;
}

struct decimal
decimal_round(struct decimal value, int scale)
{
	while (value.scale > scale) {
		bool last = value.scale == scale + 1;
		__int128 half = value.coefficient < 0 ? -5 : 5;

		/* Only the last digit taken away rounds; the ones before it are cut, which cannot change a half. */
		value.coefficient = (value.coefficient + (last ? half : 0)) / 10;
		value.scale--;
	}
	return value;
}

struct decimal
decimal_truncate(struct decimal value)
{
	for (; value.scale > 0; value.scale--)
		value.coefficient /= 10;
	return value;
}

struct decimal
decimal_trim(struct decimal value)
{
	while (value.scale > 0 && value.coefficient % 10 == 0) {
		value.coefficient /= 10;
		value.scale--;
	}
	return value;
}
