/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Days and dates of the proleptic Gregorian calendar, which ISO 8601 uses. See timezone.h. The year
 * is taken to begin in March, so that the leap day is its last day; 400 years have 146,097 days.
 */
#include "base/timezone.h"

#define DAYS_PER_ERA 146097
#define EPOCH_DAY 719468	/* 1970-01-01, counted from 0000-03-01 */

long long
days_of_date(int year, int month, int day)
{
	long long shifted = month <= 2 ? (long long)year - 1 : year;
	long long era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	long long year_of_era = shifted - era * 400;
	long long day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	long long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - EPOCH_DAY;
}

void
date_of_days(long long days, int *year, int *month, int *day)
{
	long long shifted = days + EPOCH_DAY;
	long long era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int day_of_era = (int)(shifted - era * DAYS_PER_ERA);
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month_from_march = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	*month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	*year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && leap);
}
