# What check_ephemeral_binds is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_binds
libephemeral_a_SOURCES += \
	plugins/binds_cures.cc plugins/binds_cures.h \
	plugins/binds_description.cc plugins/binds_description.h \
	plugins/binds_owners.cc plugins/binds_owners.h \
	plugins/binds_situation.cc plugins/binds_situation.h
tests_unit_tests_SOURCES += \
	tests/unit/binds_report.cc
tests_live_tests_SOURCES += tests/live/check_ephemeral_binds.cc
