# Every system call of the checks fails once, in every way: SEED=7 make check-faults FAULTS=_nat.
if ENABLE_TESTS
check_PROGRAMS += tests/faults/faults
endif
tests_faults_faults_CPPFLAGS = $(test_flags) $(SECCOMP_CFLAGS)
tests_faults_faults_LDADD = $(tests_live_tests_LDADD)
tests_faults_faults_SOURCES = \
	tests/faults/faults.cc \
	tests/faults/host.cc tests/faults/host.h \
	tests/faults/injection.cc tests/faults/injection.h \
	tests/faults/outcome.cc tests/faults/outcome.h
tests_faults_faults_DEPENDENCIES = $(tests_live_tests_DEPENDENCIES)

.PHONY: check-faults
check-faults: all tests/faults/faults$(EXEEXT)
	tests/faults/faults $(FAULTS)
