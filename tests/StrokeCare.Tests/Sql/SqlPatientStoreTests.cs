using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Sql;

public abstract class SqlStoreFixture(string engine) : StoreFixture
{
    private SqlTestStore? test;

    protected override async Task<StoreUnderTest> OpenAsync()
    {
        test = await SqlTestStore.NewAsync(engine);
        return new(test.Store.Patients, test.Store.Outbox) { Analytics = test.Store.Analytics, History = test.Store.History, HistoryChanges = test.Store.Outbox };
    }

    protected override async ValueTask CloseAsync()
    {
        if (test is not null) await test.DisposeAsync();
    }
}

public sealed class SqliteStoreFixture() : SqlStoreFixture("sqlite");

public sealed class PostgreSqlStoreFixture() : SqlStoreFixture("postgresql");

public sealed class SqlitePatientStoreTests(SqliteStoreFixture fixture) : PatientStoreContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientListTests(SqliteStoreFixture fixture) : PatientListContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientClaimsTests(SqliteStoreFixture fixture) : PatientClaimsContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientChangesTests(SqliteStoreFixture fixture) : PatientChangesContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientBulkTests(SqliteStoreFixture fixture) : PatientBulkContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientSagaTests(SqliteStoreFixture fixture) : PatientSagaContract<SqliteStoreFixture>(fixture);

public sealed class PostgreSqlPatientStoreTests(PostgreSqlStoreFixture fixture) : PatientStoreContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientListTests(PostgreSqlStoreFixture fixture) : PatientListContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientClaimsTests(PostgreSqlStoreFixture fixture) : PatientClaimsContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientChangesTests(PostgreSqlStoreFixture fixture) : PatientChangesContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientBulkTests(PostgreSqlStoreFixture fixture) : PatientBulkContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientSagaTests(PostgreSqlStoreFixture fixture) : PatientSagaContract<PostgreSqlStoreFixture>(fixture);

public sealed class SqlitePatientSearchTests(SqliteStoreFixture fixture) : PatientSearchContract<SqliteStoreFixture>(fixture);

public sealed class SqlitePatientMisspellingTests(SqliteStoreFixture fixture, ITestOutputHelper output) : PatientMisspellingContract<SqliteStoreFixture>(fixture, output);

public sealed class PostgreSqlPatientSearchTests(PostgreSqlStoreFixture fixture) : PatientSearchContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlPatientMisspellingTests(PostgreSqlStoreFixture fixture, ITestOutputHelper output) : PatientMisspellingContract<PostgreSqlStoreFixture>(fixture, output);
