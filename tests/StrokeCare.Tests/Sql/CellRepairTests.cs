using StrokeCare.Appointments;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Sql;

/// <summary>One repair gives everybody what is theirs, and takes nothing else from anybody.</summary>
public sealed class CellRepairTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_whose_doctors_were_exchanged_get_each_others_time(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (one, two) = (await BookedAsync(test, AnAppointment()), await BookedAsync(test, AnAppointment()));
        await SqlAsync(test, $"UPDATE appointments SET doctor_id = {two.DoctorId.Value} WHERE id = '{one.Id}'");
        await SqlAsync(test, $"UPDATE appointments SET doctor_id = {one.DoctorId.Value} WHERE id = '{two.Id}'");

        await AssertRepairedAsync(test, 2, "cells.left_behind", one with { DoctorId = two.DoctorId }, two with { DoctorId = one.DoctorId });
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_that_overrides_keeps_its_patients_time_when_its_doctors_was_another_ones(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var first = await BookedAsync(test, AnAppointment());
        var over = await BookedAsync(test, AnAppointment(first.DoctorId, time: "10:15").Over(first));
        await SqlAsync(test, $"UPDATE appointment_cells SET doctor_id = {NewDoctor().Value} WHERE appointment_id = '{over.Id}'");

        await AssertRepairedAsync(test, 1, "cells.left_behind", first, over);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_that_lost_half_of_its_time_gets_it_back(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (whole, half) = (await BookedAsync(test, AnAppointment()), await BookedAsync(test, AnAppointment()));
        await SqlAsync(test, $"UPDATE appointment_cells SET patient_id = NULL WHERE appointment_id = '{half.Id}'");

        await AssertRepairedAsync(test, 1, "cells.missing", whole, half);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Time_of_an_appointment_that_is_not_there_goes_to_whose_it_is(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var one = await BookedAsync(test, AnAppointment());
        await SqlAsync(test, $"UPDATE appointment_cells SET appointment_id = '{NewAppointmentId()}' WHERE appointment_id = '{one.Id}'");

        // Of both: the one that is not there let go of time, and the other has it.
        await AssertRepairedAsync(test, 2, "cells.missing", one);
    }

    private static async Task AssertRepairedAsync(SqlTestStore test, int mended, string first, params Appointment[] active)
    {
        var found = await test.Store.Consistency.FaultsAsync(default).ToListAsync();
        Assert.Equal((mended, first), (found.Count, found[0].Code));

        Assert.Equal(mended, await test.Store.Consistency.RepairAsync(default));

        Assert.Empty(await test.Store.Consistency.FaultsAsync(default).ToListAsync());
        OwnedTimes.AssertKept(active, await SqlStoreFixture.OwnedCellsAsync(test));
        Assert.Equal(0, await test.Store.Consistency.RepairAsync(default));
    }

    private static Task<int> SqlAsync(SqlTestStore test, string sql) => test.Store.Writer.RunAsync(session => session.Execute(new Statement(sql)), default);

    private static async Task<Appointment> BookedAsync(SqlTestStore test, Appointment appointment)
    {
        Assert.Equal(BookOutcome.Booked, await test.Store.Appointments.BookAsync(appointment, appointment.AsChange(), default));
        return appointment;
    }
}
