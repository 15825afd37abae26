using StrokeCare.Changes;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Sql;

public abstract class SqlStoreFixture(string engine) : StoreFixture
{
    private SqlTestStore? test;

    protected override async Task<StoreUnderTest> OpenAsync()
    {
        test = await SqlTestStore.NewAsync(engine);
        return new(test.Store.Patients, test.Store.Outbox)
        {
            Analytics = test.Store.Analytics,
            History = test.Store.History,
            HistoryChanges = test.Store.Outbox,
            Appointments = test.Store.Appointments,
            AppointmentChanges = test.Store.Outbox,
            OwnedCells = () => OwnedCellsAsync(test),
        };
    }

    internal static async Task<IReadOnlyList<OwnedCell>> OwnedCellsAsync(SqlTestStore test)
    {
        var rows = await test.Store.Readers.QueryAsync(
            new Statement("SELECT appointment_id, doctor_id, patient_id, cell FROM appointment_cells"),
            row => (Owner: row.GetString(0), Doctor: row.Int(1), Patient: row.Text(2), Cell: row.GetInt32(3)), [], default);
        return
        [
            .. from row in rows
               let owner = new StrokeCare.Appointments.AppointmentId(ClinicalId.Parse(row.Owner))
               from part in new OwnedCell?[]
               {
                   row.Doctor is { } doctor ? new(owner, new(doctor), null, row.Cell) : null,
                   row.Patient is { } patient ? new(owner, null, new(ClinicalId.Parse(patient)), row.Cell) : null,
               }
               where part is not null
               select part,
        ];
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
