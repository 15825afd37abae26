using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Sql;

public sealed class SqliteAppointmentHandOverTests(SqliteStoreFixture fixture) : AppointmentHandOverContract<SqliteStoreFixture>(fixture);

public sealed class PostgreSqlAppointmentHandOverTests(PostgreSqlStoreFixture fixture) : AppointmentHandOverContract<PostgreSqlStoreFixture>(fixture);
